"""Several patches on one base: what they say of it together, and their entries name by name."""

from collections.abc import Iterator, Sequence

import torch

from calque.errors import BadValue
from calque.maths.differences import Term, summed
from calque.values import Patch
from calque.values.patch import DIFFERENCES, Head, Piece


def digests_of(patches: Sequence[Patch], what: str) -> dict[str, str]:
    """What is known of the common base; BadValue where there are none or they have no common base."""
    if not patches:
        raise BadValue(f"{what}: no patches given")
    first, known = patches[0].head, dict(patches[0].head.digests)
    for patch in patches[1:]:
        bases = f"{what}: the patches were made on '{first.base}' and '{patch.head.base}'"
        if not (known and patch.head.digests) and patch.head.base != first.base:
            raise BadValue(f"{bases}, and what these hold is not known")
        for name, digest in patch.head.digests.items():
            if known.get(name, digest) != digest and any(p.concerns(name) for p in patches):
                raise BadValue(f"{bases}, which differ in {name}")
        known |= patch.head.digests
    return known


def head_of(patches: Sequence[Patch], what: str) -> Head:
    """The common base, the settings of all, and the tensors that any drops; BadValue where they contradict."""
    digests, config = digests_of(patches, what), {}
    for name, value in (item for patch in patches for item in patch.head.config.items()):
        if config.setdefault(name, value) != value:
            raise BadValue(
                f"{what}: the patches set '{name}' to {config[name]} and {value}; leave one head out "
                "(adaptation.restrict)"
            )
    outer = {patch.head.outer for patch in patches} - {""}
    if len(outer) > 1:
        raise BadValue(f"{what}: the patches put {' and '.join(sorted(outer))} before names")
    dropped = sorted({name for patch in patches for name in patch.head.dropped})
    base = min(patch.head.base for patch in patches)
    return Head(base, digests, config, tuple(dropped), "".join(outer))


def names_of(patches: Sequence[Patch]) -> list[str]:
    """Every name that has an entry, in alphabetical order."""
    return sorted({entry.name for patch in patches for entry in patch.entries})


def sums(patches: Sequence[Patch], name: str, what: str) -> Iterator[Piece]:
    """The sum of what the patches add to a tensor."""
    for term in summed(terms_of(patches, name, what)):
        yield piece(name, term)


def terms_of(patches: Sequence[Patch], name: str, what: str) -> list[Term]:
    """What the patches add to a tensor; BadValue where its shape is not the same in all."""
    terms = [term for patch in patches for term in patch.terms(name)]
    shapes = sorted({term.shape for term in terms})
    if len(shapes) > 1:
        raise BadValue(f"{what}: {name} is {' and '.join(str(list(shape)) for shape in shapes)}")
    return terms


def piece(name: str, term: Term) -> Piece:
    """A difference with its name."""
    return Piece(name, term.kind, term.shape, term.tensors)


def whole(patches: Sequence[Patch], name: str, what: str) -> Iterator[Piece]:
    """The tensor that replaces or is new; BadValue where two patches have different ones."""
    found = [patch.read(e) for patch in patches for e in patch.of(name) if e.kind == "whole"]
    for other in found[1:]:
        one, two = found[0].tensors["value"], other.tensors["value"]
        if one.shape != two.shape or not torch.equal(one, two):
            raise BadValue(
                f"{what}: two patches have a tensor {name} of their own; leave one out "
                "(adaptation.restrict) or take their mean (adaptation.mean)"
            )
    yield from found[:1]


def modules(patches: Sequence[Patch], name: str) -> list[Piece]:
    """The modules at a place, in the order of the patches."""
    return [patch.read(e) for patch in patches for e in patch.of(name) if e.kind == "module"]


def joined(patches: Sequence[Patch], what: str) -> Iterator[Piece]:
    """Everything that the patches say, name by name: differences added, modules one behind the other."""
    for name in names_of(patches):
        yield from sums(patches, name, what)
        yield from whole(patches, name, what)
        yield from modules(patches, name)


def others(patch: Patch, name: str) -> Iterator[Piece]:
    """What a patch has under a name beside differences."""
    for entry in patch.of(name):
        if entry.kind not in DIFFERENCES:
            yield patch.read(entry)
