"""Joins soft links of both directions by the geometric mean of their scores."""

import numpy as np

from calque.roles import joiner
from calque.values import Links


@joiner
def geometric_mean(forward: Links, backward: Links) -> Links:
    """Keep links that both directions hold, scored by the root of the product of their scores.

    forward, backward: links with posteriors in [0, 1] as scores, source first in both
    """
    cells, held, scores = forward.beside(backward)
    both = held.all(axis=0)
    return Links(cells[both], forward.size, np.sqrt(scores[:, both].prod(axis=0)))
