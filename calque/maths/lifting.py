"""Links between parts of things as links between the things."""

import numpy as np


def lifted(
    pairs: np.ndarray, score: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cells of the coarse grid that hold a linked cell of the fine one (pairs [q, 2], score [q]).

    pairs:   [k, 2]    linked cells of the fine grid
    score:   [k]       of each; a coarse cell has the greatest of its own
    rows, columns: [r], [c]  the coarse row that each fine row belongs to, and columns alike

    Row-major order, each cell once.
    """
    coarse = np.stack([rows[pairs[:, 0]], columns[pairs[:, 1]]], axis=1)
    order = np.lexsort((-score, coarse[:, 1], coarse[:, 0]))
    coarse, score = coarse[order], score[order]
    first = np.ones(len(coarse), dtype=bool)
    first[1:] = (coarse[1:] != coarse[:-1]).any(axis=1)
    return coarse[first], score[first]
