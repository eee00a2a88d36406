"""Which of several places each span takes, so that no word lies in two spans."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from calque.errors import BadSetting
from calque.projection.carried import Found
from calque.projection.spans import Spans, Target

First = Literal["surest", "source"]


@dataclass
class Candidates:
    """Places that spans may take, of all spans one after the other.

    span:       [c] the span
    start, end: [c] words of its target text
    score:      [c] at least 0, higher is surer, 1 and more wholly sure; a place of score 0 is none
    """

    span: np.ndarray
    start: np.ndarray
    end: np.ndarray
    score: np.ndarray


def check_choice(part: str, first: str, above: float) -> None:
    """BadSetting for what is no way to choose."""
    if first not in ("surest", "source"):
        raise BadSetting(f"{part}: first must be surest or source, got {first!r}")
    if not 0 <= above <= 1:
        raise BadSetting(f"{part}: above must lie in [0, 1], got {above}")


def chosen(
    spans: Spans, target: Target, candidates: Candidates, *, first: First, above: float
) -> Found:
    """Give spans their best places that are still free, one span of each text after the other.

    Of equally good places the first, then the shortest.

    first: which span of a text chooses next: that with the surest place left, or that which stands first
    above: least confidence, the score or 1, of a place
    """
    count = len(spans)
    reason = np.where(target.sizes[spans.row] > 0, "no candidate", "no target text").astype(object)
    found = Found(np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count), reason)
    span, start, end, score = vars(candidates).values()
    reason[span] = "confidence too low"
    score = score.round(12)  # the same place by sums in another order
    order = np.lexsort((end, start, -score, span))
    order = order[(score[order] > 0) & (score[order] >= above)]
    reason[span[order]] = "taken by another span"
    while len(order):
        best = order[np.diff(span[order], prepend=-1) > 0]
        if first == "surest":
            best = best[np.lexsort((span[best], -score[best], spans.row[span[best]]))]
        one = best[np.diff(spans.row[span[best]], prepend=-1) > 0]
        own = span[one]
        found.start[own], found.end[own] = start[one], end[one]
        found.confidence[own] = score[one].clip(max=1)
        reason[own] = ""
        taken = np.zeros((2, len(target.sizes)), np.int64)
        taken[:, spans.row[own]] = start[one], end[one]
        low, high = taken[:, spans.row[span[order]]]
        free = (end[order] <= low) | (start[order] >= high)
        order = order[free & (reason[span[order]] != "")]
    return found
