"""Markers around spans before translation, so that the translation says where they went.

Source: Chen et al. 2023, "Frustratingly Easy Label Projection for Cross-lingual Transfer" (EasyProject),
https://aclanthology.org/2023.findings-acl.357, with brackets; numbers and names of tags are ours
"""

import logging

from calque.projection.markers import Style, form_for, forms
from calque.projection.places import span_places, texts_of
from calque.projection.spans import spans_of
from calque.roles import part
from calque.values import Labelled, Texts

log = logging.getLogger(__name__)


@part
def mark(examples: Labelled, *, style: Style = "numbered") -> Texts:
    """Write the text of each example with markers around its spans, to be translated.

    A text that holds such markers itself gets others: {1 …} instead of [1 …], <ma> instead of <a>. One that
    holds all kinds stays as it is, and a warning counts it. `projection.by_markers` reads the translations.

    examples: of tasks tags, slots, events (words are joined by spaces) or answer (the context). Spans of events
           may lie within each other; where they cross, they get tags, whatever the style
    style: "numbered" writes [1 …], which keeps apart spans that a translation puts in another order; "brackets"
           […], which more translators leave alone; "tags" <a>…</a>, for those that know markup; "quotes" "…"
    """
    choices = forms("projection.mark", style)
    spans = spans_of("projection.mark", examples, ("events",))
    marked, unmarked = [], 0
    for text, own in zip(texts_of(examples), span_places(examples, spans), strict=True):
        places = [(first, last) for _, first, last in own]
        form = form_for(text, choices, places) if places else None
        unmarked += bool(places) and form is None
        marked.append(form.around(text, places) if form else text)
    if unmarked:
        log.warning("projection.mark: %d texts hold markers of every kind, left unmarked", unmarked)
    return Texts.of(marked, examples.language)
