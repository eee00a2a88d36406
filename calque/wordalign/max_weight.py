"""Matching of greatest total similarity, "Match" of SimAlign.

Source: Jalili Sabet et al. 2020, "Match", https://arxiv.org/abs/2004.08728
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from calque.maths.similarity import checked
from calque.roles import pairer
from calque.values import Links


@pairer(paper="jalili-sabet-etal-2020-simalign")
def max_weight(similarity: np.ndarray) -> Links:
    """Link one to one, so that the sum of similarities is greatest and the shorter side all linked.

    Every word of the shorter side gets a link, right or wrong: high recall between sentences that
    say the same. Links are scored by their similarity.

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    """
    grid = checked(similarity, "wordalign.max_weight")
    # the same optimum as the authors' matching in general graphs, a thousand times faster
    rows, columns = linear_sum_assignment(grid, maximize=True)
    pairs = np.stack([rows, columns], axis=1)
    return Links(pairs, grid.shape, grid[rows, columns])
