"""Numbers in a few bits each, group by group, and matrices whose lesser singular vectors have fewer bits."""

from collections.abc import Sequence

import torch

GROUP = 128  # numbers that share a scale and a zero
PLAIN = 32  # bits of a number that is stored as it is


def few_bits(numbers: torch.Tensor, bits: int) -> dict[str, torch.Tensor]:
    """Round numbers to 2^bits evenly spaced levels in each group of 128: codes, and lowest and step of the groups.

    bits: 2, 4 or 8; several codes share a byte
    """
    flat = numbers.float().reshape(-1)
    padded = torch.cat([flat, flat[-1:].expand(-len(flat) % GROUP)]).view(-1, GROUP)
    low, high = padded.amin(dim=1), padded.amax(dim=1)
    step = ((high - low) / (2**bits - 1)).half().float()
    low = low.half().float()
    codes = ((padded - low[:, None]) / step.clamp_min(1e-30)[:, None]).round()
    codes = codes.clamp_(0, 2**bits - 1).to(torch.uint8)
    each = 8 // bits
    shifted = codes.view(-1, each) << (torch.arange(each, dtype=torch.uint8) * bits)
    packed = shifted.sum(dim=1, dtype=torch.int64).to(torch.uint8)
    return {"codes": packed, "low": low.half(), "step": step.half()}


def numbers(stored: dict[str, torch.Tensor], bits: int, shape: tuple[int, ...]) -> torch.Tensor:
    """The numbers that `few_bits` stored."""
    each = 8 // bits
    codes = stored["codes"][:, None] >> (torch.arange(each, dtype=torch.uint8) * bits)
    levels = (codes & (2**bits - 1)).reshape(-1, GROUP).float()
    flat = levels * stored["step"].float()[:, None] + stored["low"].float()[:, None]
    return flat.reshape(-1)[: torch.Size(shape).numel()].view(shape)


def pack(
    up: torch.Tensor, scale: torch.Tensor, down: torch.Tensor, bands: Sequence[Sequence[int]]
) -> dict[str, torch.Tensor]:
    """Store up · diag(scale) · down band by band, the largest singular values first.

    bands: [rank, bits] of each; 32 bits leave factors as they are
    """
    made, start = {"scale": scale.float()}, 0
    for number, (rank, bits) in enumerate(bands):
        for name, factor in (
            ("up", up[:, start : start + rank].T),
            ("down", down[start : start + rank]),
        ):
            some = factor.float().contiguous()
            stored = {"codes": some} if bits == PLAIN else few_bits(some, bits)
            made |= {f"{name}.{number}.{key}": tensor for key, tensor in stored.items()}
        start += rank
    return made


def unpack(
    tensors: dict[str, torch.Tensor], bands: Sequence[Sequence[int]], shape: tuple[int, ...]
) -> dict[str, torch.Tensor]:
    """The factors that `pack` stored, as those of a low-rank difference."""
    factors: dict[str, list[torch.Tensor]] = {"up": [], "down": []}
    for number, (rank, bits) in enumerate(bands):
        for name, width in (("up", shape[0]), ("down", shape[1])):
            stored = {k: tensors[f"{name}.{number}.{k}"] for k in ("codes", "low", "step") if f"{name}.{number}.{k}" in tensors}  # fmt: skip
            whole = stored["codes"] if bits == PLAIN else numbers(stored, bits, (rank, width))
            factors[name].append(whole)
    up, down = (torch.cat(found) for found in factors.values())
    return {"up": up.T.contiguous(), "scale": tensors["scale"], "down": down}
