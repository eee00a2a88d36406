"""Probabilities that hold in both directions, from softmax or entmax.

Source: Dou and Neubig 2021, section 2.1, https://arxiv.org/abs/2101.08231; entmax: Peters et al.
2019, https://arxiv.org/abs/1905.05702
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths import sparse
from calque.maths.similarity import checked
from calque.roles import rescaler

_MAPS = {1.0: sparse.softmax, 1.5: sparse.entmax15, 2.0: sparse.sparsemax}


@rescaler(paper="dou-neubig-2021-word")
def softmax(similarity: np.ndarray, *, alpha: float = 1.0, temperature: float = 1.0) -> np.ndarray:
    """Turn similarities into the smaller of two probabilities: of target given source, and back.

    So `wordalign.threshold` on it links where both are above the threshold, which is the rule of
    awesome-align (softmax above 0.001, entmax above 0) and AccAlign (softmax above 0.1).

    similarity:  [m, n]  of source word i and target word j, higher is closer; the papers take dot
                 products of hidden states, without scaling
    alpha:       1 is softmax; 1.5 is entmax and 2 sparsemax, where far words get exactly 0
    temperature: similarities are divided by it; below 1 sharpens. Cosines need about 0.05

    Returns probabilities in [0, 1]; neither rows nor columns sum to 1.
    """
    if alpha not in _MAPS:
        raise BadSetting(
            f"wordalign.softmax: alpha must be 1 (softmax), 1.5 (entmax) or 2 (sparsemax), got {alpha}"
        )
    if not 0 < temperature < np.inf:
        raise BadSetting(f"wordalign.softmax: temperature must be above 0, got {temperature}")
    grid = checked(similarity, "wordalign.softmax") / temperature
    to_target, to_source = _MAPS[alpha](grid, axis=1), _MAPS[alpha](grid, axis=0)
    return np.minimum(to_target, to_source)
