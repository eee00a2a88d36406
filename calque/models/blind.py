"""Heads that do not see some directions of the body's states."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models.reader import first_reader


@contextmanager
def blind_to(model: Any, directions: np.ndarray) -> Iterator[None]:
    """Hide these directions from the model's head; afterwards its weights are blind to them.

    directions: [k, d] of the body's states, need not be orthogonal; rows of zeros hide nothing

    While it is open, the layer that reads the states is given them without what lies along the
    directions, so that it learns without. Then its weights are changed to the same effect, and the
    model is a plain one again.
    """
    reader = first_reader(model)
    if reader is None:
        raise BadSetting(
            f"models.tune: no linear layer of {type(model).__name__} reads the body's states, so "
            "'blind' cannot be had"
        )
    if directions.ndim != 2 or directions.shape[1] != reader.in_features:
        raise BadValue(
            f"models.tune: blind needs directions [k, {reader.in_features}], got {directions.shape}"
        )
    if not np.isfinite(directions).all():
        raise BadValue("models.tune: a direction to be blind to is not finite")
    _, sizes, rows = np.linalg.svd(directions.astype(np.float64), full_matrices=False)
    kept = rows[sizes > 1e-9 * max(sizes.max(initial=0.0), 1.0)]
    basis = torch.from_numpy(kept.astype(np.float32))

    def without(module: nn.Module, given: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        return (_without(given[0], basis), *given[1:])

    hook = reader.register_forward_pre_hook(without)
    try:
        yield
    finally:
        hook.remove()
    with torch.no_grad():
        reader.weight.copy_(_without(reader.weight, basis))


def _without(states: torch.Tensor, basis: torch.Tensor) -> torch.Tensor:
    with torch.autocast(states.device.type, enabled=False):  # what half precision leaves is learned
        basis, exact = basis.to(states.device), states.float()
        return (exact - (exact @ basis.T) @ basis).to(states.dtype)
