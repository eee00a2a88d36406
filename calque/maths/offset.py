"""How far two clouds of vectors lie apart."""

import numpy as np


def offset(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """[d] what brings the mean of `target` onto that of `source`, added to each of its vectors.

    source, target: [m, d] and [n, d], at least one vector each
    """
    return source.mean(axis=0) - target.mean(axis=0)
