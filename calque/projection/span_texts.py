"""The texts of spans alone."""

from calque.projection.places import span_places, texts_of
from calque.projection.spans import spans_of
from calque.roles import part
from calque.values import Labelled, Texts


@part
def span_texts(examples: Labelled) -> Texts:
    """Take the text of every span, one after the other, to be translated without its sentence.

    With the translations `projection.by_markers` tells spans apart whose markers have no numbers.

    examples: of tasks tags, slots, events or answer
    """
    spans = spans_of("projection.span_texts", examples, ("events",))
    found = [
        text[first:last]
        for text, places in zip(texts_of(examples), span_places(examples, spans), strict=True)
        for _, first, last in places
    ]
    return Texts.of(found, examples.language)
