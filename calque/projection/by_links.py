"""Spans carried over word links, by the rules that annotation projection has settled on.

Sources: Yarowsky, Ngai and Wicentowski 2001, "Inducing Multilingual Text Analysis Tools via Robust
Projection across Aligned Corpora"; the rules for gaps and collisions follow García-Ferrero, Agerri
and Rigau 2022, "Model and Data Transfer for Cross-Lingual Sequence Labelling in Zero-Resource
Settings", section 3.2, https://aclanthology.org/2022.findings-emnlp.478
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from calque.errors import BadSetting
from calque.projection.carried import Found, carried
from calque.projection.spans import Spans, Target, read
from calque.projection.wholes import SIDES, whole
from calque.roles import projector
from calque.values import Labelled, Links, View

_CELLS = 1 << 22  # of a grid that is filled at once


@projector(paper="model-vs-data-transfer")
def by_links(
    examples: Labelled,
    view: View,
    *,
    run: Literal["surest", "longest", "whole"] = "surest",
    gap: int = 1,
    bare: bool = False,
    edges: bool = False,
    conflict: Literal["surer", "longer"] = "surer",
    above: float = 0.0,
) -> Labelled:
    """Give every span a run of the target words that its words are linked to.

    A run's confidence is the harmonic mean of two shares: of the span's words linked into the run, and
    of the run's words linked from the span, each weighted by the score of its best link. So stray links
    cost a run that would reach out to them, and unsure ones count little.

    Spans of events may lie in each other; what belongs to a lost one is lost with it. Words of parses are carried
    over links that are the surest of both their words, with tag, head and relation; a word whose head has not
    arrived has neither, and what arrives is a part of a tree, without circles. Labels of whole texts (class, pair) hold
    for the translations of `data.each_text`; links are not looked at.

    run:      "surest" takes the run of highest confidence; "longest" the longest, whatever its links
              are worth, as published; "whole" all from the first to the last linked word
    gap:      most words without a link between two parts of a run; 0 takes unbroken runs only
    bare:     whether words of punctuation and symbols alone count as linked. Aligners often link them
              to commas elsewhere; those within a run belong to it anyway
    edges:    whether a span that begins or ends its text does so in the target text, whatever its words there are
              linked to: for spans of whole clauses, whose articles and full stops have no counterpart
    conflict: which of two spans of different types that claim one word stays; the other is lost. Spans
              of one type become one
    above:    least confidence in [0, 1] of a span; more gives fewer and surer spans
    """
    if gap < 0:
        raise BadSetting(f"projection.by_links: gap must be at least 0, got {gap}")
    if not 0 <= above <= 1:
        raise BadSetting(f"projection.by_links: above must lie in [0, 1], got {above}")
    for name, value, choices in (
        ("run", run, ("surest", "longest", "whole")),
        ("conflict", conflict, ("surer", "longer")),
    ):
        if value not in choices:
            raise BadSetting(
                f"projection.by_links: {name} must be {' or '.join(choices)}, got {value!r}"
            )
    if examples.task in SIDES:
        return whole("projection.by_links", examples, view)
    spans, target, every = read("projection.by_links", examples, view, ("events", "parse"))
    if examples.task == "parse":  # where a comma is a word as others are
        every, bare = [_one_to_one(links) for links in every], True
    links = _linked(every, spans, target)
    reason = np.full(len(spans), "no word is linked", dtype=object)
    reason[target.sizes[spans.row] == 0] = "no target text"
    if not bare:
        reason[links.span] = "linked to punctuation alone"
        links = links.at(~target.bare[links.target])
    runs = _runs(links, np.inf if run == "whole" else gap)
    start, end = (
        _surest(links, runs, spans) if run == "surest" else _longest(links, runs, len(spans))
    )
    if edges:
        before, size = target.offsets[spans.row], target.sizes[spans.row]
        start = np.where((end > 0) & (spans.start == 0), before, start)
        end = np.where((end > 0) & (spans.end == spans.sizes[spans.row]), before + size, end)
    inside = (links.target >= start[links.span]) & (links.target < end[links.span])
    confidence = _confidence(links.at(inside), spans, start, end)
    reason[end > 0] = ""
    reason[links.span[~inside]] = "part of it is linked elsewhere"
    unsure = (end > 0) & (confidence < above)
    reason[unsure] = "confidence too low"
    before = target.offsets[spans.row]
    found = Found(start - before, end - before, confidence, reason)
    found.lose((end == 0) | unsure)
    return carried(examples, view, spans, target, found, longer=conflict == "longer")


@dataclass
class _Linked:
    """Links of words that lie in spans: span, source and target word of all texts, score in [0, 1]."""

    span: np.ndarray
    source: np.ndarray
    target: np.ndarray
    score: np.ndarray

    def at(self, where: np.ndarray) -> "_Linked":
        return _Linked(*(column[where] for column in vars(self).values()))


def _linked(every: list[Links], spans: Spans, target: Target) -> _Linked:
    """All links of spans, ordered by span and target word."""
    counts = np.fromiter(map(len, every), np.int64, len(every))
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *(links.pairs for links in every)])
    score = np.concatenate([np.zeros(0), *(links.score for links in every)]).clip(0, 1)
    row = np.repeat(np.arange(len(every)), counts)
    source = pairs[:, 0] + (np.cumsum(spans.sizes) - spans.sizes)[row]
    span, which = spans.holding(source)
    links = _Linked(span, source[which], (pairs[:, 1] + target.offsets[row])[which], score[which])
    return links.at(np.lexsort((links.target, links.span)))


def _one_to_one(links: Links) -> Links:
    """Links that are the surest of both their words, the first of equals."""
    order = np.lexsort((links.pairs[:, 1], links.pairs[:, 0], -links.score))
    free = [np.ones(size, dtype=bool) for size in links.size]
    kept = []
    for k in order.tolist():
        i, j = links.pairs[k]
        if free[0][i] and free[1][j]:
            kept.append(k)
        free[0][i] = free[1][j] = False
    return Links(links.pairs[kept], links.size, links.score[kept])


def _runs(links: _Linked, gap: float) -> np.ndarray:
    """[k] the number of the run that each link lies in; a run ends where more than `gap` words have no link."""
    begins = np.zeros(len(links.span), dtype=bool)
    begins[1:] = (np.diff(links.span) > 0) | (np.diff(links.target) > gap + 1)
    return np.cumsum(begins)


def _longest(links: _Linked, runs: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """[count] first target word of the longest run and the one after its last, the first of equals."""
    start, end = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    first = np.flatnonzero(np.diff(runs, prepend=-1))
    last = np.append(first[1:], len(runs))[: len(first)] - 1
    span, low, high = links.span[first], links.target[first], links.target[last] + 1
    best = np.lexsort((low, low - high, span))
    best = best[np.diff(span[best], prepend=-1) > 0]
    start[span[best]], end[span[best]] = low[best], high[best]
    return start, end


def _surest(links: _Linked, runs: np.ndarray, spans: Spans) -> tuple[np.ndarray, np.ndarray]:
    """[k] first target word of the part of a run with the highest confidence, and the one after its last.

    Of equally sure ones the longest, then the first. All parts that begin and end at a linked word are
    tried, of all runs with as many linked words at once.
    """
    fresh = (np.diff(runs, prepend=-1) > 0) | (np.diff(links.target, prepend=-1) != 0)
    column = np.cumsum(fresh) - 1  # of all runs, their distinct target words one after the other
    place, counts = links.target[fresh], np.bincount(runs[fresh])
    first = np.cumsum(counts) - counts
    span = links.span[fresh][first]
    length = (spans.end - spans.start)[span]
    score, low, high = np.zeros(len(counts)), place[first], place[first] + 1
    order = np.lexsort((length, counts))
    for some in np.split(order, _bounds(counts[order], length[order])):
        if not len(some):
            continue  # no links at all
        own = np.flatnonzero(np.isin(runs, some))
        numbers = np.empty(len(counts), dtype=np.int64)
        numbers[some] = np.arange(len(some))
        grid = np.zeros((len(some), int(length[some].max(initial=0)), int(counts[some[:1]].sum())))
        source = links.source[own] - spans.first[links.span[own]]
        grid[numbers[runs[own]], source, column[own] - first[runs[own]]] = links.score[own]
        places = place[first[some, None] + np.arange(grid.shape[2])]
        score[some], low[some], high[some] = _best_part(grid, places, length[some])
    best = np.lexsort((low, low - high, -score.round(12), span))
    best = best[np.diff(span[best], prepend=-1) > 0]
    start, end = np.zeros(len(spans), dtype=np.int64), np.zeros(len(spans), dtype=np.int64)
    start[span[best]], end[span[best]] = low[best], high[best]
    return start, end


def _bounds(counts: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Where to cut runs, ordered by their number of linked words, so that each lot fits in memory."""
    cells = counts * np.maximum(counts, length)
    lot = np.cumsum(cells) // _CELLS
    return np.flatnonzero((np.diff(counts) > 0) | (np.diff(lot) > 0)) + 1


def _best_part(
    grid: np.ndarray, places: np.ndarray, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """[s] confidence of the surest part of each run, its first target word and the one after its last.

    grid:   [s, m, c]  scores of links between source words of a span and linked words of a run
    places: [s, c]     the linked words; length: [s] words of the span
    """
    count = places.shape[1]
    score = np.full((len(grid), count, count), -1.0)
    width = np.zeros(score.shape)
    of_target = grid.max(axis=1, initial=0)
    for x in range(count):
        recall = np.maximum.accumulate(grid[:, :, x:], axis=2).sum(axis=1) / length[:, None]
        width[:, x, x:] = places[:, x:] - places[:, x, None] + 1
        precision = np.cumsum(of_target[:, x:], axis=1) / width[:, x, x:]
        score[:, x, x:] = _harmonic(recall, precision)
    score, width = score.reshape(len(grid), -1), width.reshape(len(grid), -1)
    top = score.max(axis=1)
    best = np.where(score > top[:, None] - 1e-12, width, -1).argmax(
        axis=1
    )  # the longest, then the first
    rows = np.arange(len(grid))
    return top, places[rows, best // count], places[rows, best % count] + 1


def _harmonic(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    both = one + other
    return np.divide(2 * one * other, both, out=np.zeros_like(both), where=both > 0)


def _confidence(links: _Linked, spans: Spans, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """[k] harmonic mean of how much of a span is linked into its run, and of its run from the span."""
    inside = links.at((links.target >= start[links.span]) & (links.target < end[links.span]))
    shares = []
    for word, size in ((inside.source, spans.end - spans.start), (inside.target, end - start)):
        order = np.lexsort((-inside.score, word, inside.span))
        span, word = inside.span[order], word[order]
        best = np.append(True, (np.diff(span) > 0) | (np.diff(word) > 0))[: len(span)]
        sums = np.bincount(span[best], inside.score[order][best], minlength=len(spans))
        shares.append(sums / np.maximum(size, 1))
    return _harmonic(*shares)
