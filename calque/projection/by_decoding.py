"""Spans where a translator would put markers into a translation that was made without.

Source: Le, Chen, Ritter and Xu 2024, "Constrained Decoding for Cross-lingual Label Projection" (CODEC), section 3,
https://arxiv.org/abs/2402.03131. How spans that want the same words are told apart is ours.
"""

from collections.abc import Callable, Sequence

import numpy as np

from calque.errors import BadValue
from calque.projection.carried import carried
from calque.projection.choosing import Candidates, First, check_choice, chosen
from calque.projection.spans import Spans, Target, read
from calque.roles import projector
from calque.values import Bitext, Labelled, View

_PART = "projection.by_decoding"


@projector(paper="codec")
def by_decoding(
    examples: Labelled,
    view: View,
    inserter: Callable[[Bitext, np.ndarray], Sequence[np.ndarray]],
    *,
    first: First = "surest",
    above: float = 0.0,
) -> Labelled:
    """Give every span the target words around which its markers are likeliest, whatever links the view has.

    The translation stays as it is, unlike one that was made with markers in it. Each span is looked for alone;
    where two want a word, the next best places of one are tried. A place's confidence is its share of the
    probability of all places that were found for its span.

    inserter: gives per span [k, 3] first word, the one after its last and log probability of places, for the
              texts and spans [n, 3] (text, first word, the one after its last): `models.insert` with a translator
    first:    which span of a sentence chooses first: the "surest", or in the order of the "source"
    above:    least confidence in [0, 1] of a span; more gives fewer and surer spans
    """
    check_choice(_PART, first, above)
    spans, target, _ = read(_PART, examples, view)
    asked = np.stack([spans.row, spans.start, spans.end], axis=1)
    bitext = view.bitext
    if not bitext.tokenized and view.original.tokenized:  # words of one side alone are known
        raise BadValue(
            f"{_PART}: the texts are cut into words at spaces, their translations are not; cut both "
            "(data.pairs does)"
        )
    places = inserter(bitext, asked) if len(asked) else []
    if len(places) != len(spans):
        raise BadValue(f"{_PART}: {len(spans)} spans, but places of {len(places)}")
    candidates = _candidates(spans, target, places)
    found = chosen(spans, target, candidates, first=first, above=above)
    return carried(examples, view, spans, target, found)


def _candidates(spans: Spans, target: Target, places: Sequence[np.ndarray]) -> Candidates:
    """All places, with their share of the probability of those of the same span."""
    counts = np.array([len(one) for one in places], dtype=np.int64)
    span = np.repeat(np.arange(len(spans)), counts)
    flat = np.concatenate([np.zeros((0, 3)), *(np.reshape(one, (-1, 3)) for one in places)])
    start, end = flat[:, 0].astype(np.int64), flat[:, 1].astype(np.int64)
    size = target.sizes[spans.row][span]
    if (wrong := (start < 0) | (end <= start) | (end > size)).any():
        k = int(np.argmax(wrong))
        raise BadValue(
            f"{_PART}: words {start[k]} to {end[k]} of a text with {size[k]} are no place of a span"
        )
    top = np.full(len(spans), -np.inf)
    np.maximum.at(top, span, flat[:, 2])
    chance = np.exp(flat[:, 2] - top[span])
    return Candidates(
        span, start, end, chance / np.bincount(span, chance, minlength=len(spans))[span]
    )
