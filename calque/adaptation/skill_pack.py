"""What a model learned, in a fraction of its bytes: a pack to put on its base, take off, and store.

Source: Du et al. 2025, "Knowledge Grafting of Large Language Models", section 3,
https://arxiv.org/abs/2505.18502
"""

import logging
import re
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from calque.adaptation.together import names_of, others, piece
from calque.errors import BadSetting, BadValue
from calque.maths.differences import Term, core, dense, sparse
from calque.maths.merging import largest
from calque.maths.packing import PLAIN, pack
from calque.progress import track
from calque.roles import part
from calque.values import Patch
from calque.values.patch import Piece, write_patch
from calque.values.weights import resolved

log = logging.getLogger(__name__)
_BANDS = ((20, 8), (180, 4), (800, 2))


@part(paper="du-etal-2025-graftllm")
def skill_pack(
    patch: Patch,
    moments: dict[str, np.ndarray] | None = None,
    *,
    bands: dict[str, list[list[int]]] | None = None,
    pruned: str = "embed|wte|lm_head|shared",
    keep: float = 0.1,
) -> Patch:
    """Compress a patch by what each tensor is: matrices by singular vectors in few bits, tables by their largest numbers.

    Singular vectors are stored band by band, those of larger values in more bits, rounded to evenly spaced levels in groups of at
    most 128 numbers: to the nearest level, or, where it is known what a matrix reads, so that what it gives changes least (GPTQ).
    Norms, biases, heads and modules stay as they are. How much each tensor lost stands beside it, relative to its norm
    (`facts["error"]`) and to what it adds to outputs (`facts["output_error"]`); `adaptation.distance` compares pack and patch.

    The authors' code compresses layer by layer and lets each read what the compressed ones below give; here all
    matrices read what the whole patch makes them read, so they need no order.

    moments: of what each matrix reads (`models.moments`, of the tuned model, on some hundred texts of what it is for); a
             matrix without any is rounded to the nearest level
    bands:  name patterns with [rank, bits] of each band, bits 2, 4, 8 or 32 (as it is); the first pattern that
            is found in a name holds. None takes the paper's 20 at 8 bits, 180 at 4 and 800 at 2 everywhere
    pruned: name pattern of the matrices that keep their largest numbers instead
    keep:   share in (0, 1] of those
    """
    table = {"": [list(band) for band in _BANDS]} if bands is None else bands
    wrong = [b for own in table.values() for b in own if len(b) != 2 or b[0] < 1 or b[1] not in (2, 4, 8, PLAIN)]  # fmt: skip
    if wrong or not 0 < keep <= 1 or not all(table.values()):
        raise BadSetting(
            "adaptation.skill_pack: bands are lists of [rank, bits], bits 2, 4, 8 or 32, and keep lies in (0, 1]; "
            f"got {wrong or table} and {keep}"
        )
    made = write_patch(patch.head, _pieces(patch, moments or {}, table, pruned, keep))
    log.info("%d bytes of %d", made.size, patch.size)
    return made


def _pieces(
    patch: Patch,
    moments: dict[str, np.ndarray],
    table: dict[str, list[list[int]]],
    pruned: str,
    keep: float,
) -> Iterator[Piece]:
    for name in track(names_of([patch]), "packing"):
        terms = patch.terms(name)
        own = next((own for pattern, own in table.items() if re.search(pattern, name)), None)
        if terms and len(terms[0].shape) == 2 and re.search(pruned, name):
            yield _pruned(name, terms, keep)
        elif terms and len(terms[0].shape) == 2 and own is not None:
            place = resolved(name, moments)  # of the tuned model, whose names may begin otherwise
            yield _packed(name, terms, own, None if place is None else moments[place])
        else:
            yield from (piece(name, term) for term in terms)
        yield from others(patch, name)


def _pruned(name: str, terms: list[Term], keep: float) -> Piece:
    whole = dense(terms, terms[0].shape).float()
    count = max(1, int(keep * whole.numel()))
    border = largest(whole.abs().reshape(-1).numpy(), count)
    term = sparse(whole, (whole.abs() >= border) & (whole != 0))
    return Piece(name, "sparse", term.shape, term.tensors, {"error": _error(terms, term)})


def _packed(
    name: str, terms: list[Term], bands: Sequence[Sequence[int]], moment: np.ndarray | None
) -> Piece:
    shape = terms[0].shape
    read = None if moment is None else torch.from_numpy(moment)
    if read is not None and tuple(read.shape) != (shape[1], shape[1]):
        raise BadValue(
            f"adaptation.skill_pack: moments of {list(read.shape)} for {name}, which reads {shape[1]} numbers"
        )
    if [term.kind for term in terms] == ["low_rank"]:
        left, values, right = core(terms[0])
    else:
        left, values, right = torch.linalg.svd(dense(terms, shape), full_matrices=False)
    kept, start = [], 0
    for rank, bits in bands:
        rank = min(rank, len(values) - start)
        kept += [[rank, bits]] if rank else []
        start += rank
    tensors = pack(left[:, :start], values[:start], right[:start], kept, read)
    term = Piece(name, "packed", shape, tensors, {"bands": kept}).term
    facts = {"bands": kept, "error": _error(terms, term)}
    if read is not None:
        facts["output_error"] = _error(terms, term, read)
    return Piece(name, "packed", shape, tensors, facts)


def _error(terms: list[Term], term: Term, moment: torch.Tensor | None = None) -> float:
    before, lost = (dense(some, term.shape).double() for some in (terms, [term]))
    lost = before - lost
    lengths = [
        float((one * one).sum() if moment is None else ((one @ moment.double()) * one).sum())
        for one in (lost, before)
    ]
    return (max(lengths[0], 0.0) / lengths[1]) ** 0.5 if lengths[1] > 0 else 0.0
