"""The direction in which two sets of vectors lie apart.

Source: Libovický et al. 2020, "On the Language Neutrality of Pre-trained Multilingual Representations",
section 3, https://arxiv.org/abs/2004.05160: what languages differ in is largely their mean.
"""

import numpy as np

from calque.errors import BadValue
from calque.roles import part


@part(paper="libovicky-etal-2020-language")
def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Give the difference of both means at length 1: [1, d] float32; zeros where the means are equal.

    one, other: [n, d] and [m, d], at least one row each, for example the vectors of real and of
                glossed sentences of a language
    """
    if one.ndim != 2 or other.ndim != 2 or one.shape[1] != other.shape[1]:
        raise BadValue(
            f"spaces.apart: needs vectors of one size, got shapes {one.shape} and {other.shape}"
        )
    if not len(one) or not len(other):
        raise BadValue("spaces.apart: no vectors on one side, so it has no mean")
    difference = one.mean(axis=0, dtype=np.float64) - other.mean(axis=0, dtype=np.float64)
    if not np.isfinite(difference).all():
        raise BadValue("spaces.apart: a vector is not finite")
    length = np.linalg.norm(difference)
    return (difference / length if length > 0 else difference)[None].astype(np.float32)
