"""What vectors of words and of pieces have in common: both come from the company that they keep."""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting
from calque.maths.company import company, factors, surprise
from calque.maths.neighbors import unit

# of singular values, on the way from sparse counts to vectors: 1 found more translations than 0.5 and 0
_POWER = 1.0


def context_vectors(
    sequences: Sequence[np.ndarray], count: int, *, width: int, window: int
) -> np.ndarray:
    """[count, width] vectors of length 1 from sequences of ids, -1 for nobody; zeros without company."""
    counts = company(sequences, count, window)
    return unit(factors(surprise(counts), width, power=_POWER))


def check_contexts(of: str, width: int, window: int, least: int) -> None:
    """BadSetting where any of them is below 1."""
    if min(width, window, least) < 1:
        raise BadSetting(
            f"{of}: width, window and least must be at least 1, got {width}, {window} and {least}"
        )
