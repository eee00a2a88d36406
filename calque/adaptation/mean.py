"""The mean of patches on one base.

Source: Chronopoulou et al. 2024, section 3 (several languages, one task), https://arxiv.org/abs/2311.09344
"""

from collections.abc import Iterator, Sequence

import torch

from calque.adaptation.together import head_of, modules, names_of, piece, terms_of
from calque.adaptation.weighed import shares
from calque.errors import BadValue
from calque.maths.differences import scaled, summed
from calque.roles import part
from calque.values import Patch
from calque.values.patch import Piece, write_patch

_WHAT = "adaptation.mean"


@part(paper="chronopoulou-etal-2024-language")
def mean(patches: list[Patch], *, weights: list[float] | None = None) -> Patch:
    """Average patches on one base: differences, tensors that are new or replaced, and modules.

    The mean of low-rank differences is that of their products, exactly, of all ranks together. A tensor
    that a patch does not change counts as a difference of zero. New and replaced tensors, and modules, must be in all
    patches, of one shape; heads that were drawn apart have no sensible mean.

    patches: at least one, all made on one base
    weights: of the patches, divided by their sum; None weighs all alike
    """
    head = head_of(patches, _WHAT)
    return write_patch(head, _pieces(patches, shares(weights, len(patches), _WHAT)))


def _pieces(patches: Sequence[Patch], parts: Sequence[float]) -> Iterator[Piece]:
    for name in names_of(patches):
        terms_of(patches, name, _WHAT)
        terms = [
            scaled(term, share)
            for patch, share in zip(patches, parts, strict=True)
            for term in patch.terms(name)
        ]
        yield from (piece(name, term) for term in summed(terms))
        holding = [
            [patch.read(e) for e in patch.of(name) if e.kind == "whole"] for patch in patches
        ]
        standing = [modules([patch], name) for patch in patches]
        for kind, found in (("tensor", holding), ("module", standing)):
            if len({len(own) for own in found}) > 1:
                raise BadValue(
                    f"{_WHAT}: only some of the patches have a {kind} of their own at '{name}'; leave it "
                    "out (adaptation.restrict)"
                )
            for alike in zip(*found, strict=True):
                yield _mean(alike, parts)


def _mean(pieces: Sequence[Piece], parts: Sequence[float]) -> Piece:
    first = pieces[0]
    for other in pieces[1:]:
        shapes = [{n: tuple(t.shape) for n, t in p.tensors.items()} for p in (first, other)]
        if shapes[0] != shapes[1] or first.facts != other.facts:
            raise BadValue(
                f"{_WHAT}: '{first.name}' is {shapes[0]} {first.facts or ''} and {shapes[1]} "
                f"{other.facts or ''}"
            )
    made = {}
    for name, tensor in first.tensors.items():
        own = [piece.tensors[name] for piece in pieces]
        if all(torch.equal(one, tensor) for one in own):
            made[name] = tensor
            continue
        if not tensor.is_floating_point():
            raise BadValue(f"{_WHAT}: '{first.name}' holds whole numbers that differ")
        weighed = [one.double() * share for one, share in zip(own, parts, strict=True)]
        made[name] = torch.stack(weighed).sum(dim=0).to(tensor.dtype)
    return Piece(first.name, first.kind, first.shape, made, first.facts)
