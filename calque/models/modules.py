"""Modules that are put into a body: what each holds, how it begins, and what it computes."""

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


class Bottleneck(nn.Module):
    """What is added to states: up · relu(down · state)."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        self.down = nn.Linear(facts["width"], facts["inner"])
        self.up = nn.Linear(facts["inner"], facts["width"])
        _draw(self)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """What is added to each state."""
        return self.up(F.relu(self.down(states)))


class Invertible(nn.Module):
    """A coupling of the halves of each state, and the way back."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        half, inner = facts["width"] // 2, facts["inner"]
        self.first = nn.Sequential(nn.Linear(half, inner), nn.ReLU(), nn.Linear(inner, half))
        self.second = nn.Sequential(nn.Linear(half, inner), nn.ReLU(), nn.Linear(inner, half))
        _draw(self)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Each state with both halves moved."""
        one, two = states.chunk(2, dim=-1)
        one = one + self.first(two)
        return torch.cat([one, two + self.second(one)], dim=-1)

    def back(self, states: torch.Tensor) -> torch.Tensor:
        """What `forward` makes these states of."""
        one, two = states.chunk(2, dim=-1)
        two = two - self.second(one)
        return torch.cat([one - self.first(two), two], dim=-1)


class Prompt(nn.Module):
    """Vectors [count, d] before every text."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        self.vectors = nn.Parameter(torch.empty(facts["count"], facts["width"]).uniform_(-0.5, 0.5))


class Prefix(nn.Module):
    """Keys and values [layers, heads, count, size] that every layer attends to."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        shape = tuple(facts[name] for name in ("layers", "heads", "count", "size"))
        self.keys, self.values = (nn.Parameter(torch.randn(shape) * 0.02) for _ in range(2))


class Experts(nn.Module):
    """Low-rank differences of a matrix, mixed for each text by what its first piece says.

    down: [k, rank, columns]; up: [k, rows, rank], zero at first; router: [k, columns]
    """

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        count, rank, rows, columns = (facts[n] for n in ("count", "rank", "rows", "columns"))
        self.scale = facts["scale"]
        self.down = nn.Parameter(torch.randn(count, rank, columns) / columns**0.5)
        self.up = nn.Parameter(torch.zeros(count, rows, rank))
        self.router = nn.Parameter(torch.randn(count, columns) / columns**0.5)

    def shares(self, states: torch.Tensor) -> torch.Tensor:
        """How much of each expert every text gets: [b, k]."""
        return (states[:, 0] @ self.router.T).softmax(dim=-1)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """What is added to what the matrix gives of these states."""
        count, rank, _ = self.down.shape
        # all experts side by side: two products, however many there are
        inner = states @ self.down.flatten(0, 1).T
        weights = self.scale * self.shares(states).repeat_interleave(rank, dim=1)
        up = self.up.transpose(0, 1).reshape(-1, count * rank)
        return (inner * weights[:, None]) @ up.T


KINDS = {
    "bottleneck": Bottleneck,
    "experts": Experts,
    "invertible": Invertible,
    "prompt": Prompt,
    "prefix": Prefix,
}


def _draw(module: nn.Module) -> None:
    for parameter in module.parameters():
        nn.init.normal_(parameter, 0.0, 0.02) if parameter.dim() > 1 else nn.init.zeros_(parameter)
