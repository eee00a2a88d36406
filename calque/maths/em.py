"""Expectation maximization for translation tables, over flat lists of cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cells:
    """Every cell of every sentence pair's [n, 1 + m] grid in one flat list, column of nulls first.

    The cells of one target word stand together: first the null word, then source words 0 to m - 1.

    pair:   [c]  index of the cell's (source type, target type) among the distinct ones
    given:  [p]  source type of each distinct pair; 0 is the null word
    starts: [w]  first cell of each target word, w target words in all
    widths: [w]  number of its cells, m + 1
    """

    pair: np.ndarray
    given: np.ndarray
    starts: np.ndarray
    widths: np.ndarray


def cells(sources: Sequence[np.ndarray], targets: Sequence[np.ndarray]) -> Cells:
    """Lay out the grids of sentence pairs.

    sources: per pair [m]  source types from 0
    targets: per pair [n]  target types from 0
    """
    m = np.array([len(words) for words in sources], dtype=np.int64)
    n = np.array([len(words) for words in targets], dtype=np.int64)
    widths = np.repeat(m + 1, n)
    starts = np.concatenate([[0], np.cumsum(widths)[:-1]]).astype(np.int64)[: len(widths)]
    flat_sources = np.concatenate([np.concatenate([[0], s + 1]) for s in sources] or [[]])
    flat_targets = np.concatenate([*targets] or [[]]).astype(np.int64)
    # where, among all source words with their nulls, the cells of a target word begin
    first = np.repeat(np.cumsum(m + 1) - (m + 1), n)
    offset = np.arange(widths.sum()) - np.repeat(starts, widths)
    e = flat_sources[np.repeat(first, widths) + offset].astype(np.int64)
    f = np.repeat(flat_targets, widths)
    types = int(flat_targets.max(initial=0)) + 1
    distinct, pair = np.unique(e * types + f, return_inverse=True)
    return Cells(pair.astype(np.int32), (distinct // types).astype(np.int64), starts, widths)


def translation_posteriors(grid: Cells, *, rounds: int, null: float) -> np.ndarray:
    """Posterior [c] of each cell under IBM model 1 after `rounds` of expectation maximization.

    null: prior share in [0, 1) of the null word; the source words share the rest evenly
    """
    if not len(grid.pair):
        return np.zeros(0)
    prior = np.repeat((1 - null) / np.maximum(grid.widths - 1, 1), grid.widths)
    prior[grid.starts] = np.where(grid.widths > 1, null, 1.0)
    table = np.ones(len(grid.given))
    posterior = _expect(grid, table, prior)
    for _ in range(rounds):
        counts = np.bincount(grid.pair, posterior, len(grid.given))
        given = np.bincount(grid.given, counts)
        table = counts / np.maximum(given[grid.given], 1e-300)
        posterior = _expect(grid, table, prior)
    return posterior


def _expect(grid: Cells, table: np.ndarray, prior: np.ndarray) -> np.ndarray:
    weight = table[grid.pair] * prior
    total = np.add.reduceat(weight, grid.starts)
    return weight / np.repeat(np.maximum(total, 1e-300), grid.widths)
