"""Choosing cells of a grid. Grids are [m, n], higher is closer; either side may be empty."""

import numpy as np


def best_columns(grid: np.ndarray) -> np.ndarray:
    """[m, n] booleans: the greatest cell of each row, the first of equal ones."""
    best = np.zeros(grid.shape, dtype=bool)
    if grid.size:
        best[np.arange(len(grid)), grid.argmax(axis=1)] = True
    return best


def mutual_best(grid: np.ndarray) -> np.ndarray:
    """[m, n] booleans: cells that are the greatest of their row and of their column.

    The first of equal cells counts, in rows and in columns.
    """
    return best_columns(grid) & best_columns(grid.T).T


def greedy(grid: np.ndarray) -> np.ndarray:
    """[m, n] booleans: the greatest cell, then the greatest in another row and column, and so on.

    Of equal cells the first in row-major order is taken. Every round takes all cells that are
    greatest in both their row and column, which is the same and takes a few rounds instead of one
    for each link.
    """
    order = np.empty(grid.size, dtype=np.int64)  # distinct ranks, so that ties cannot cross
    order[np.argsort(-grid, axis=None, kind="stable")] = np.arange(grid.size, 0, -1)
    rank = order.reshape(grid.shape)
    taken = np.zeros(grid.shape, dtype=bool)
    rows, columns = np.arange(grid.shape[0]), np.arange(grid.shape[1])
    while len(rows) and len(columns):
        i, j = np.nonzero(mutual_best(rank[np.ix_(rows, columns)]))
        taken[rows[i], columns[j]] = True
        rows, columns = np.delete(rows, i), np.delete(columns, j)
    return taken
