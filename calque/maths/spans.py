"""Runs of equal columns, the likeliest of all spans, and what linked spans meet."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def column_runs(linked: np.ndarray) -> np.ndarray:
    """Runs [r, 2] of neighboring columns that are alike, as (first, last): they cover all columns.

    linked: [m, n]  booleans
    """
    n = linked.shape[1]
    if not n:
        return np.zeros((0, 2), dtype=np.int64)
    begins = np.concatenate([[True], (linked[:, 1:] != linked[:, :-1]).any(axis=0)])
    first = np.flatnonzero(begins)
    return np.stack([first, np.append(first[1:], n) - 1], axis=1)


def best_spans(
    start: np.ndarray, end: np.ndarray, null: np.ndarray, *, longest: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The likeliest span of each row (first [b], last [b]) and its probability [b] among all spans.

    A span's score is start + end, and the scores of all spans of up to `longest` places and of none
    are made to probabilities together. Where none is likelier than any span, first and last are -1.

    start, end: [b, k]  score of a span that begins, or ends, there; -inf for places that cannot
    null:       [b]     score of no span, finite
    """
    rows, k = start.shape
    if not k:
        return np.full(rows, -1), np.full(rows, -1), np.ones(rows)
    # [b, k, longest]: the spans that begin at a place, by length; beyond the end there are none
    reach = min(longest, k)
    beyond = np.full((rows, reach - 1), -np.inf)
    ends = sliding_window_view(np.concatenate([end, beyond], axis=1), reach, axis=1)
    scores = (start[:, :, None] + ends).reshape(rows, -1)
    scores = np.concatenate([null[:, None], scores], axis=1).astype(np.float64)
    best = scores.argmax(axis=1)
    top = scores.max(axis=1)
    share = 1 / np.exp(scores - top[:, None]).sum(axis=1)
    first, more = np.divmod(best - 1, reach)
    none = best == 0
    return np.where(none, -1, first), np.where(none, -1, first + more), share


def met(spans: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Pairs [k, 2] of source and target that one linked span meets on either side, each once.

    spans:   [s, 4]  start and end on the source side, start and end on the target side
    sources, targets: [m, 2], [n, 2]  start and end, in order, not overlapping, none empty
    """
    first, second = _met(spans[:, :2], sources), _met(spans[:, 2:], targets)
    sizes = np.maximum(first[:, 1] - first[:, 0], 0), np.maximum(second[:, 1] - second[:, 0], 0)
    cells = sizes[0] * sizes[1]
    within = np.arange(cells.sum()) - np.repeat(np.cumsum(cells) - cells, cells)
    row, column = np.divmod(within, np.repeat(sizes[1], cells))
    pairs = np.stack([np.repeat(first[:, 0], cells), np.repeat(second[:, 0], cells)], axis=1)
    return np.unique(pairs + np.stack([row, column], axis=1), axis=0)


def _met(spans: np.ndarray, items: np.ndarray) -> np.ndarray:
    """[s, 2] the first item that a span shares a place with, and the one after the last."""
    after = np.searchsorted(items[:, 1], spans[:, 0], side="right")
    before = np.searchsorted(items[:, 0], spans[:, 1], side="left")
    return np.stack([after, np.where(spans[:, 1] > spans[:, 0], before, after)], axis=1)
