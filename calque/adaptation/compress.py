"""A patch of lower rank that is nearly the same.

Source: Eckart and Young 1936 (the best approximation of a rank); of products without forming them:
Halko et al. 2011, "Finding Structure with Randomness", section 1.6, https://arxiv.org/abs/0909.4061
"""

import logging
import math
from collections.abc import Iterator
from typing import Any

import torch

from calque.adaptation.together import names_of, others, piece
from calque.errors import BadSetting
from calque.maths.differences import Term, core, dense
from calque.progress import track
from calque.roles import part
from calque.values import Patch
from calque.values.patch import Piece, write_patch

log = logging.getLogger(__name__)


@part
def compress(patch: Patch, *, rank: int | None = None, tolerance: float = 0.0) -> Patch:
    """Store differences of matrices by their largest singular values, the best that a rank can do.

    Sums of low-rank differences are never multiplied out: two QR decompositions and a core as large as
    their ranks together. Whole differences of matrices are decomposed; those of cells, rows and vectors stay
    as they are, and so does what would not become smaller. How far the result is off is logged, and stands
    beside each entry as `facts["error"]`, relative to its norm.

    rank:      most singular values that are kept of a matrix; None for any number
    tolerance: error in [0, 1) that may be made for fewer of them; 0 leaves out none but zeros
    """
    if (rank is not None and rank < 1) or not 0 <= tolerance < 1:
        raise BadSetting(
            f"adaptation.compress: rank must be at least 1 and tolerance in [0, 1), got {rank} and "
            f"{tolerance}"
        )
    lost: list[tuple[float, float]] = []
    made = write_patch(patch.head, _pieces(patch, rank, tolerance, lost))
    whole = math.sqrt(sum(norm for norm, _ in lost))
    error = math.sqrt(sum(off for _, off in lost)) / whole if whole else 0.0
    log.info("%d matrices, relative error %.3g, %d bytes of %d", len(lost), error, made.size, patch.size)  # fmt: skip
    return made


def _pieces(
    patch: Patch, rank: int | None, tolerance: float, lost: list[tuple[float, float]]
) -> Iterator[Piece]:
    for name in track(names_of([patch]), "compressing"):
        terms = patch.terms(name)
        some = [t for t in terms if len(t.shape) == 2 and t.kind in ("low_rank", "dense")]
        if some:
            terms = [term for term in terms if not any(term is one for one in some)]
            small, norm, off = _compressed(some, rank, tolerance)
            facts: dict[str, Any] = {"error": math.sqrt(off / norm) if norm else 0.0}
            if small.size < sum(term.size for term in some):
                yield Piece(name, small.kind, small.shape, small.tensors, facts)
                lost.append((norm, off))
            else:
                yield from (piece(name, term) for term in some)
        yield from (piece(name, term) for term in terms)
        yield from others(patch, name)


def _compressed(terms: list[Term], rank: int | None, tolerance: float) -> tuple[Term, float, float]:
    """The term of lower rank, its squared norm before, and what of that is lost."""
    shape = terms[0].shape
    if [term.kind for term in terms] == ["low_rank"]:
        left, values, right = core(terms[0])
    else:
        left, values, right = torch.linalg.svd(dense(terms, shape), full_matrices=False)
    energy = values.square()
    # what is lost when the first k are kept, for k from 0
    tails = torch.cat([energy.flip(0).cumsum(0).flip(0), energy.new_zeros(1)])
    norm = float(tails[0])
    noise = (max(shape) * torch.finfo(torch.float64).eps) ** 2
    kept = int((tails > max(tolerance**2, noise) * norm).sum())
    kept = max(1, kept if rank is None else min(rank, kept))
    tensors = {
        "up": left[:, :kept].float(),
        "scale": values[:kept].float(),
        "down": right[:kept].float(),
    }
    return Term("low_rank", shape, tensors), norm, float(tails[min(kept, len(values))])
