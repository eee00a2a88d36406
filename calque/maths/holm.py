"""p values of several tests at once.

Source: Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure"
"""

from collections.abc import Sequence

import numpy as np


def holm(values: Sequence[float]) -> np.ndarray:
    """[n] p values adjusted so that the chance of any false finding among them is at most the level.

    The least of n counts n times, the next n - 1 times and so on, none less than the one before it, at most 1.
    """
    given = np.asarray(values, dtype=float)
    order = np.argsort(given, kind="stable")
    steps = given[order] * np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
