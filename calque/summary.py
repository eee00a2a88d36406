"""One small thing for each result, to print, to compare and to expect."""

from typing import Any

import numpy as np

from calque.values import Checkpoint, Links, Score


def summary(thing: Any) -> Any:
    """One small thing that says what a result is: a number, a score's value, or a count."""
    if isinstance(thing, Score):
        return thing.value
    if isinstance(thing, Checkpoint):
        return str(thing.folder)
    if isinstance(thing, np.generic) or (isinstance(thing, np.ndarray) and thing.ndim == 0):
        return thing.item()
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    if isinstance(thing, (list, tuple)):
        if thing and all(isinstance(item, Links) for item in thing):
            return sum(len(item) for item in thing)
        numbers = all(isinstance(item, (float, int, Score)) for item in thing)
        if len(thing) <= 20 and thing and (numbers or isinstance(thing, tuple)):
            return [summary(item) for item in thing]
        return len(thing)
    if isinstance(thing, dict):
        return {key: summary(item) for key, item in thing.items()}
    return len(thing) if hasattr(thing, "__len__") else type(thing).__name__


def agrees(found: Any, wanted: Any) -> bool:
    """Whether a summary is what a recipe expects.

    A list of two for one number is a range, ends included; for a list of results each is compared by itself.
    """
    number = isinstance(found, (int, float)) and not isinstance(found, bool)
    if number and isinstance(wanted, list) and len(wanted) == 2:
        return wanted[0] <= found <= wanted[1]
    if number and isinstance(wanted, float):
        return abs(found - wanted) <= 1e-6 * max(1.0, abs(wanted))
    if isinstance(wanted, list) and isinstance(found, list) and len(found) == len(wanted):
        return all(map(agrees, found, wanted))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(name in found and agrees(found[name], wanted[name]) for name in wanted)
    return found == wanted
