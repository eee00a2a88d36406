"""What a text-to-text model is asked, to name the spans of a text by their type.

Source: García-Ferrero, Agerri and Rigau 2023, "T-Projection: High Quality Annotation Projection for
Sequence Labeling Tasks", section 3.1, https://aclanthology.org/2023.findings-emnlp.918; it asks for all types of a
sentence at once
"""

from calque.errors import BadValue
from calque.projection.places import span_places, texts_of
from calque.projection.spans import spans_of
from calque.roles import part
from calque.values import Bitext, Labelled, Texts

NAMED = "named"
_PART = "projection.asked_spans"


@part(paper="t-projection")
def asked_spans(examples: Labelled, translations: Texts | None = None) -> Bitext:
    """Write for every span "PER : Asha lives in New York" and, as its translation into the language "named", "Asha".

    A model that learns these pairs (`models.tune_translator`) and is asked about the translations gives
    candidates (`models.n_best`) for `projection.by_candidates`: the order is that of `projection.span_texts`.

    examples:     of tasks tags, slots or answer
    translations: of the texts, line by line: what is asked is about these then. The answer stays that of the
                  source, which a model that is asked does not see
    """
    spans = spans_of(_PART, examples)
    if translations is not None and len(translations) != len(examples):
        raise BadValue(
            f"{_PART}: {len(examples)} examples, but translations of {len(translations)}; a missing "
            "translation needs an empty line in its place"
        )
    asked = list(texts_of(examples) if translations is None else translations)
    made = [
        (f"{spans.kinds[spans.kind[k]]} : {about}", text[first:last])
        for text, about, places in zip(
            texts_of(examples), asked, span_places(examples, spans), strict=True
        )
        for k, first, last in places
    ]
    language = examples.language if translations is None else translations.language
    return Bitext.of(made, language, NAMED)
