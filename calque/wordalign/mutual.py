"""Mutual argmax, the strictest pairer.

Source: Jalili Sabet et al. 2020, "Argmax", https://arxiv.org/abs/2004.08728
"""

import numpy as np

from calque.maths.matching import mutual_best
from calque.maths.similarity import checked
from calque.roles import pairer
from calque.values import Links


@pairer(paper="jalili-sabet-etal-2020-simalign")
def mutual(similarity: np.ndarray) -> Links:
    """Link two words where each is the best partner of the other, scored by their similarity.

    Few links, most of them right; the usual choice to project labels. Of equal partners the first
    counts, so that a grid without differences has one link.

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    """
    grid = checked(similarity, "wordalign.mutual")
    return Links.from_grid(mutual_best(grid), grid)
