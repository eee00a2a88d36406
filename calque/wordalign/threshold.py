"""All cells above a threshold.

Source: Dou and Neubig 2021, section 2.1, https://arxiv.org/abs/2101.08231; its rule is this part on
a grid from `wordalign.softmax`
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.similarity import checked
from calque.roles import pairer
from calque.values import Links


@pairer(paper="dou-neubig-2021-word")
def threshold(similarity: np.ndarray, *, above: float = 0.001) -> Links:
    """Link all pairs of words that are closer than `above`, scored by their similarity.

    Any number of links per word, and none where nothing is close: unlike with other pairers,
    what `above` means depends on the grid. Rescale it first: `wordalign.softmax` to probabilities
    in both directions (the default suits dot products; for AccAlign 0.1, for entmax 0), or a
    transport plan (0.1 to 0.9; tune it where there are gold links).

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    above:      higher gives fewer and surer links
    """
    if not np.isfinite(above):
        raise BadSetting(f"wordalign.threshold: above must be a number, got {above}")
    grid = checked(similarity, "wordalign.threshold")
    return Links.from_grid(grid > above, grid)
