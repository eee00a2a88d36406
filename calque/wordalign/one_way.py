"""Argmax in one direction.

Source: Jalili Sabet et al. 2020, section 2.2, https://arxiv.org/abs/2004.08728
"""

import numpy as np

from calque.maths.matching import best_columns
from calque.maths.similarity import checked
from calque.roles import pairer
from calque.values import Links


@pairer(paper="jalili-sabet-etal-2020-simalign")
def one_way(similarity: np.ndarray, *, reverse: bool = False) -> Links:
    """Link each source word to its best target word, scored by their similarity.

    No source word stays without a link, right or wrong. Made for joiners, which take both
    directions: `wordalign.intersect` of both is `wordalign.mutual`.

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    reverse:    link each target word to its best source word instead; links name the source first
    """
    grid = checked(similarity, "wordalign.one_way")
    linked = best_columns(grid.T).T if reverse else best_columns(grid)
    return Links.from_grid(linked, grid)
