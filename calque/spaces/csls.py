"""Cross-domain similarity local scaling, the correction for hubs.

Source: Conneau et al. 2018, "Word Translation Without Parallel Data", section 2.3,
https://arxiv.org/abs/1710.04087
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.similarity import checked
from calque.roles import rescaler


@rescaler(paper="conneau-etal-2018-muse")
def csls(similarity: np.ndarray, *, neighbors: int = 10) -> np.ndarray:
    """Take from twice each similarity the mean similarity of both sides to their nearest neighbors.

    Items that are close to everything (hubs) lose, so that they are not everyone's best partner.
    Cosines come out in [-4, 4], most of them near 0.

    similarity: [m, n]  any real numbers, as a rule cosines; higher is closer
    neighbors:  that make up the mean, all where a side has fewer; in short sentences a small number
                (2 or 3) tells hubs better, in vocabularies 10
    """
    if neighbors < 1:
        raise BadSetting(f"spaces.csls: neighbors must be at least 1, got {neighbors}")
    grid = checked(similarity, "spaces.csls")
    if not grid.size:
        return grid
    return 2 * grid - _nearest(grid, neighbors)[:, None] - _nearest(grid.T, neighbors)


def _nearest(grid: np.ndarray, neighbors: int) -> np.ndarray:
    """[m] mean of each row's greatest cells."""
    n = grid.shape[1]
    if neighbors >= n:
        return grid.mean(axis=1)
    return np.partition(grid, n - neighbors, axis=1)[:, n - neighbors :].mean(axis=1)
