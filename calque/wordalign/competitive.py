"""Competitive linking.

Source: Melamed 2000, "Models of Translational Equivalence among Words", section 5.1 (Method A),
https://aclanthology.org/J00-2004
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.matching import greedy
from calque.maths.similarity import checked
from calque.roles import pairer
from calque.values import Links


@pairer(paper="melamed-2000-models")
def competitive(similarity: np.ndarray, *, above: float = 0.0) -> Links:
    """Link the closest two words, then the closest two of those still free, and so on.

    One to one, like `wordalign.max_weight`, but a surer link is never given up for others, and
    words may stay without. Of equally close pairs the first in row-major order is linked.

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    above:      only pairs that are closer than this are linked; higher leaves more words without
    """
    if not np.isfinite(above):
        raise BadSetting(f"wordalign.competitive: above must be a number, got {above}")
    grid = checked(similarity, "wordalign.competitive")
    # greedy never takes back what it took: dropping weak links afterwards is the same as stopping
    return Links.from_grid(greedy(grid) & (grid > above), grid)
