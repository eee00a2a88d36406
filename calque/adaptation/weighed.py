"""Weights of the models or patches that are put together."""

import math
from collections.abc import Sequence

from calque.errors import BadSetting


def factors(weights: Sequence[float] | None, count: int, what: str) -> list[float]:
    """The weights, 1 each where none are given; BadSetting where there is not a finite one for each."""
    try:
        found = [1.0] * count if weights is None else [float(weight) for weight in weights]
    except (TypeError, ValueError):  # one number for all, or words
        found = []
    if len(found) != count or not all(math.isfinite(weight) for weight in found):
        raise BadSetting(f"{what}: needs {count} finite weights, one each, got {weights}")
    return found


def shares(weights: Sequence[float] | None, count: int, what: str) -> list[float]:
    """The weights divided by their sum; BadSetting where that is not positive."""
    found = factors(weights, count, what)
    if not sum(found) > 0:
        raise BadSetting(f"{what}: the sum of the weights must be positive, got {weights}")
    return [weight / sum(found) for weight in found]
