"""Low-rank differences and factors of a body's matrices: few numbers to train, folded into the weights at the end.

Source: Hu et al. 2022, "LoRA", section 4.1, https://arxiv.org/abs/2106.09685; factors: Liu et al. 2022,
section 3.3, https://arxiv.org/abs/2205.05638
"""

from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize

from calque.errors import BadSetting
from calque.models.layers import layers_of

TRAINS = r"\.(down|up)$"  # found in the names of the differences
_SCALE = 2.0  # of the difference, as common settings of LoRA have it (α = 2 r)


class Difference(nn.Module):
    """Adds scale · up @ down to a matrix; nothing at first, as `up` is zero."""

    def __init__(self, weight: torch.Tensor, rank: int, scale: float):
        super().__init__()
        rows, columns = weight.shape
        self.scale = scale
        self.down = nn.Parameter(torch.randn(rank, columns) / columns**0.5)
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The matrix with its difference."""
        return weight + self.scale * (self.up @ self.down)


class Factor(nn.Module):
    """Multiplies the rows (axis 0) or columns (axis 1) of a parameter; by one at first."""

    def __init__(self, weight: torch.Tensor, axis: int):
        super().__init__()
        shape = [count if own == axis else 1 for own, count in enumerate(weight.shape)]
        self.factor = nn.Parameter(torch.ones(shape))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The parameter with its factors."""
        return weight * self.factor


def lend(body: Any, *, rank: int, layers: int, seed: int) -> list[nn.Module]:
    """Give every matrix of the first layers a difference of this rank; returns the modules changed.

    layers: how many; a model whose layers share their weights gets differences in all of them
    seed:   draws what the differences begin with
    """
    stack = layers_of(body)
    inside = [body] if stack is None else list(stack[:layers])
    changed = [
        module
        for outer in inside
        for module in outer.modules()
        if not isinstance(module, nn.Embedding)
        and isinstance(weight := getattr(module, "weight", None), nn.Parameter)
        and weight.dim() == 2
    ]
    if rank < 1 or not changed:
        raise BadSetting(
            f"models: rank {rank} in {layers} layers adapts nothing; both are 1 or more"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for module in changed:
            weight: Any = module.weight
            own = Difference(weight, rank, _SCALE)
            parametrize.register_parametrization(module, "weight", own)
    return changed


def fold(changed: list[nn.Module]) -> None:
    """Put the differences into the weights, so that the model is a plain one again."""
    for module in changed:
        parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)
