"""Numbers in a few bits each, group by group, and matrices whose lesser singular vectors have fewer bits.

Rounding by moments: Frantar et al. 2023, "GPTQ", section 3, https://arxiv.org/abs/2210.17323; of the two factors of a
difference in turn: Ping et al. 2024, "Delta-CoMe", section 4.3, https://arxiv.org/abs/2406.08903
"""

from collections.abc import Sequence

import torch

GROUP = 128  # most numbers that share a scale and a zero
PLAIN = 32  # bits of a number that is stored as it is
_DAMPING = 0.01  # of the mean moment, added to each, as in the authors' code of GPTQ
_BLOCK = 128  # columns whose losses reach the rest together


def few_bits(
    vectors: torch.Tensor,
    bits: int,
    along: torch.Tensor | None = None,
    across: torch.Tensor | None = None,
) -> dict[str, torch.Tensor]:
    """Round vectors [k, w] to 2^bits evenly spaced levels: codes, and lowest and step of the groups.

    Each vector is cut into groups of equal size, at most 128. Rounded to the nearest level, or so that the sum of squares
    of what the vectors make of some inputs changes least (`settled`).

    bits:   2, 4 or 8; several codes share a byte
    along:  [w, w] second moments of what each vector is multiplied with
    across: [k, k] of what each place of the vectors is, where the vectors are columns of a matrix
    """
    count, size = _groups(vectors.shape[1])
    width = vectors.shape[1]
    flat = vectors.float()
    padded = torch.cat([flat, flat[:, -1:].expand(-1, count * size - width)], dim=1)
    groups = padded.view(-1, size)
    low, high = groups.amin(dim=1), groups.amax(dim=1)
    step = ((high - low) / (2**bits - 1)).half()
    low = low.half()
    lows, steps = (one.float().repeat_interleave(size).view(padded.shape) for one in (low, step))
    if along is None and across is None:
        codes = _nearest(padded, lows, steps, bits)
    else:
        codes = torch.zeros_like(padded)
        lows, steps = lows[:, :width], steps[:, :width]
        if along is not None:
            codes[:, :width] = settled(flat, lows, steps, bits, along)
        elif across is not None:
            codes[:, :width] = settled(flat.T, lows.T, steps.T, bits, across).T
    each = 8 // bits
    shifted = codes.to(torch.uint8).view(-1, each) << (torch.arange(each, dtype=torch.uint8) * bits)
    packed = shifted.sum(dim=1, dtype=torch.int64).to(torch.uint8)
    return {"codes": packed, "low": low, "step": step}


def _groups(width: int) -> tuple[int, int]:
    """How many groups a vector is cut into, and their size: whole bytes at 2 bits."""
    count = max(1, -(-width // GROUP))
    most = -(-width // count)
    return count, max(4, -(-most // 4) * 4)


def numbers(stored: dict[str, torch.Tensor], bits: int, shape: tuple[int, ...]) -> torch.Tensor:
    """The vectors [k, w] that `few_bits` stored."""
    each = 8 // bits
    _, size = _groups(shape[1])
    codes = stored["codes"][:, None] >> (torch.arange(each, dtype=torch.uint8) * bits)
    levels = (codes & (2**bits - 1)).reshape(-1, size).float()
    flat = levels * stored["step"].float()[:, None] + stored["low"].float()[:, None]
    return flat.reshape(shape[0], -1)[:, : shape[1]].contiguous()


def settled(
    matrix: torch.Tensor, low: torch.Tensor, step: torch.Tensor, bits: int, moment: torch.Tensor
) -> torch.Tensor:
    """Codes [r, w] of a matrix, column after column; those that follow make up for what one loses.

    What is kept small is the change of matrix · x over the inputs x. Columns with the largest moments come first.

    low, step: [r, w] of the level 0 of each number, and from one level to the next
    moment:    [w, w] second moments of x
    """
    moment = moment.double().clone()
    diagonal = moment.diagonal()
    diagonal[diagonal == 0] = 1  # what is never there can be anything
    diagonal += _DAMPING * diagonal.mean()
    order = diagonal.argsort(descending=True, stable=True)
    factor = torch.linalg.cholesky(moment[order][:, order])
    inverse = torch.linalg.cholesky(torch.cholesky_inverse(factor), upper=True)
    rest = matrix.double()[:, order]
    low, step = low.double()[:, order], step.double()[:, order]
    codes = torch.zeros_like(rest)
    for start in range(0, rest.shape[1], _BLOCK):
        end = min(start + _BLOCK, rest.shape[1])
        lost = torch.zeros_like(rest[:, start:end])
        for k in range(start, end):
            codes[:, k] = _nearest(rest[:, k], low[:, k], step[:, k], bits)
            made = codes[:, k] * step[:, k] + low[:, k]
            lost[:, k - start] = (rest[:, k] - made) / inverse[k, k]
            rest[:, k:end] -= lost[:, k - start, None] * inverse[k, k:end]
        rest[:, end:] -= lost @ inverse[start:end, end:]
    back = torch.empty_like(codes)
    back[:, order] = codes
    return back.float()


def _nearest(
    values: torch.Tensor, low: torch.Tensor, step: torch.Tensor, bits: int
) -> torch.Tensor:
    return ((values - low) / step.clamp_min(1e-30)).round().clamp_(0, 2**bits - 1)


def pack(
    up: torch.Tensor,
    scale: torch.Tensor,
    down: torch.Tensor,
    bands: Sequence[Sequence[int]],
    moment: torch.Tensor | None = None,
) -> dict[str, torch.Tensor]:
    """Store up · diag(scale) · down band by band, the largest singular values first.

    With moments `down` is rounded for the inputs, then `up` for what the rounded `down` makes of these.

    bands:  [rank, bits] of each; 32 bits leave factors as they are
    moment: [d, d] second moments of what the matrix reads; None rounds to the nearest level
    """
    made, start = {"scale": scale.float()}, 0
    for number, (rank, bits) in enumerate(bands):
        some = slice(start, start + rank)
        right, left = down[some].float().contiguous(), up[:, some].T.float().contiguous()
        across = None
        if bits == PLAIN:
            stored = {"down": {"codes": right}, "up": {"codes": left}}
        else:
            stored = {"down": few_bits(right, bits, along=moment)}
            if moment is not None:
                again = (
                    scale[some, None].double()
                    * numbers(stored["down"], bits, tuple(right.shape)).double()
                )
                across = again @ moment.double() @ again.T
            stored["up"] = few_bits(left, bits, across=across)
        for name, tensors in stored.items():
            made |= {f"{name}.{number}.{key}": tensor for key, tensor in tensors.items()}
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
