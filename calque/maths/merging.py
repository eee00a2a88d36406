"""Differences of several models from one base, put together: trimmed, elected, dropped at random."""

import hashlib
import math
from collections.abc import Sequence

import numpy as np
import torch

_CELLS = 1 << 16  # numbers of each model at a time: what is worked on fits a processor's cache


def largest(magnitudes: np.ndarray, count: int) -> float:
    """The value of the `count`-th largest of a flat array, by selection in place, which changes the order of all."""
    place = len(magnitudes) - count
    magnitudes.partition(place)
    return float(magnitudes[place])


def trim(delta: torch.Tensor, density: float) -> None:
    """Set all but the largest share of the numbers to 0, in place; at least one stays.

    Of equal magnitudes at the border the first in the tensor stay.
    """
    flat = delta.view(-1)
    count = max(1, int(density * len(flat))) if len(flat) else 0
    if count >= len(flat):
        return
    border = largest(flat.abs().numpy(), count)
    small = (flat > -border) & (flat < border)
    more = len(flat) - int(small.sum()) - count
    flat.masked_fill_(small, 0.0)
    if more:
        flat[((flat == border) | (flat == -border)).nonzero()[-more:, 0]] = 0.0


def most_changed(changes: Sequence[torch.Tensor], count: int) -> list[torch.Tensor]:
    """Flat places, in each tensor, of the numbers whose size is among the `count` largest of all.

    Those as large as the last of them are taken too; zeros never are. One flat array and a selection, no sort.
    """
    flat = [change.detach().reshape(-1).float() for change in changes]
    sizes = np.concatenate([own.numpy() for own in flat])
    np.abs(sizes, out=sizes)
    border = largest(sizes, min(count, len(sizes))) if len(sizes) else 0.0
    # what is not as large as any number above zero has not changed
    border = max(border, float(np.finfo(np.float32).smallest_subnormal))
    return [((own >= border) | (own <= -border)).nonzero()[:, 0] for own in flat]


def elected(
    deltas: Sequence[torch.Tensor], weights: Sequence[float], weigh: bool = True
) -> torch.Tensor:
    """The mean of the numbers that have the sign of the sum, cell by cell; a sum of 0 counts as positive.

    weigh: whether weights count in the sum and in the divisor; False elects by plain numbers and
           divides by how many have the sign
    """
    made = torch.empty_like(deltas[0])
    share = torch.tensor(weights)[:, None]
    for start in range(0, made.numel(), _CELLS):
        some = torch.stack([delta.view(-1)[start : start + _CELLS] for delta in deltas])
        own = some * share
        votes = own if weigh else some
        positive = votes.sum(dim=0) >= 0
        agree = torch.where(positive, votes > 0, votes < 0)
        below = (share * agree if weigh else agree.float()).sum(dim=0)
        below[below == 0] = 1.0
        made.view(-1)[start : start + _CELLS] = (own * agree).sum(dim=0) / below
    return made


def weighed(deltas: Sequence[torch.Tensor], weights: Sequence[float]) -> torch.Tensor:
    """The sum of the differences, each times its weight."""
    made = torch.zeros_like(deltas[0], dtype=torch.float64)
    for delta, weight in zip(deltas, weights, strict=True):
        made.add_(delta, alpha=weight)
    return made


def thin(delta: torch.Tensor, keep: float, name: str, seed: int) -> None:
    """Set numbers to 0 at random, in place, and divide the others by the chance that they had.

    Which ones depends on the seed, the tensor's name and its numbers: not on the order of models.
    """
    flat = delta.view(-1)
    some = flat[:: max(1, len(flat) // 4096)].contiguous()
    text = f"{seed} {name} ".encode() + some.view(torch.uint8).numpy().tobytes()
    number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") >> 1
    chance = torch.rand(len(flat), generator=torch.Generator().manual_seed(number))
    flat.mul_((chance < keep) / keep)


def turned(one: torch.Tensor, two: torch.Tensor, share: float) -> torch.Tensor:
    """The way from `one` to `two` along the arc between their directions; straight where these are alike.

    Straight for a cosine beyond 0.9995 either way, or where one of both is zero.
    """
    a, b = one.double().reshape(-1), two.double().reshape(-1)
    lengths = float(a.norm() * b.norm())
    cosine = float(a @ b) / lengths if lengths else 1.0
    if abs(cosine) > 0.9995:
        return (one.double() * (1 - share)) + two.double() * share
    angle = math.acos(cosine)
    first, second = math.sin((1 - share) * angle), math.sin(share * angle)
    return (one.double() * first + two.double() * second) / math.sin(angle)
