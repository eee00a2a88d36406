"""What lies between a base and a model that was made of it: settings, names, and each tensor's difference."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import torch

from calque.errors import BadValue
from calque.maths.differences import Term, cheapest, sparse
from calque.values.patch import Head, Patch
from calque.values.weights import Weights, resolved

_IDLE = ("transformers_version", "_name_or_path", "dtype", "torch_dtype")
_SAME = (
    "model_type",
    "hidden_size",
    "num_hidden_layers",
    "vocab_size",
    "rope_theta",
    "rope_parameters",
)


@dataclass(frozen=True)
class Between:
    """How a model is related to its base.

    head:   settings that changed, tensors that are gone
    places: the base's name for each tensor of the model; None where the base lacks it or has it in
            another shape
    """

    head: Head
    places: dict[str, str | None]


def relation(base: Weights, tuned: Weights, what: str, *, known: bool = True) -> Between:
    """How a model is related to its base; BadValue in one line where they have no common shape.

    known: whether the digests of the base's tensors are wanted
    """
    old, new = base.checkpoint, tuned.checkpoint
    for name in _SAME:
        one, two = old.config.get(name), new.config.get(name)
        if one != two:
            hint = "; give both the same words first (models.swap)" if name == "vocab_size" else ""
            raise BadValue(
                f"{what}: '{name}' is {one} in {old.folder} and {two} in {new.folder}; only models of "
                f"one shape have a difference{hint}"
            )
    same = {name: resolved(name, base.places) for name in tuned}
    names = {*old.config, *new.config} - {*_IDLE}
    changed = {n: new.config.get(n) for n in names if old.config.get(n) != new.config.get(n)}
    head = Head(
        name_of(base),
        {name: base.digest(name) for name in base} if known else {},
        {name: changed[name] for name in sorted(changed)},
        tuple(sorted({*base} - {*same.values()})),
        _outer(same),
    )
    places = {
        name: place
        if place is not None and base.places[place].shape == tuned.places[name].shape
        else None
        for name, place in same.items()
    }
    return Between(head, places)


def _outer(places: dict[str, str | None]) -> str:
    """What stands before all of the base's names in the model."""
    pairs = [(name, place) for name, place in places.items() if place is not None]
    if not all(name.endswith(place) for name, place in pairs):
        return ""  # the base's names are the longer ones
    found = {name.removesuffix(place) for name, place in pairs}
    return found.pop() if len(found) == 1 else ""


def between(before: torch.Tensor, after: torch.Tensor) -> list[Term]:
    """What added to `before`, and rounded to the type of `after`, gives `after`.

    Where the difference of two numbers needs more digits than it is stored with, the rest stands beside it.
    """
    wide = torch.float64 if torch.float64 in (before.dtype, after.dtype) else torch.float32
    old, new = before.double(), after.double()
    exact = new - old
    value = exact.to(wide)
    found = cheapest(value)
    lost = (old + value.double()).to(after.dtype) != after
    if not lost.any():
        return [found]
    if found.kind == "sparse" and torch.equal((old + exact).to(after.dtype), after):
        return [sparse(exact, exact != 0)]
    # what float64 itself lost, by the error-free sum of Knuth
    back = exact - new
    rest = (exact - value.double()) + ((new - (exact - back)) - (old + back))
    main = Term("dense", tuple(value.shape), {"value": value}) if found.kind == "sparse" else found
    return [main, sparse(rest.to(wide), lost)]


def resolve(patch: Patch, weights: Weights) -> dict[str, str]:
    """The tensor of a model that each changed name means; BadValue where it is not the patch's base.

    Names may have a prefix more or less ("bert."). Only tensors that the patch was made beside are compared,
    so that a model with other words or another head still is the base of what changes its layers.
    """
    folder, found = weights.checkpoint.folder, {}
    made = f"the patch was made on '{patch.head.base}', and {folder}"
    for name in patch.changed:
        place = resolved(name, weights.places)
        shape = patch.of(name)[0].shape
        if place is not None and weights.places[place].shape != shape:
            raise BadValue(
                f"{made} has {name} of {list(weights.places[place].shape)}, not {list(shape)}"
            )
        if place is not None:
            found[name] = place
    for name in patch.changed:
        if name not in found and not _twin(patch, name, found):
            raise BadValue(f"{made} has no {name}")
    for name in other_tensors(patch, weights):
        raise BadValue(
            f"{made} ('{name_of(weights)}') holds other numbers in {name}; a model that was changed "
            "already takes no second patch there: add both patches (adaptation.add) and apply the sum"
        )
    return found


def other_tensors(patch: Patch, weights: Weights) -> Iterator[str]:
    """Tensors that the patch was made beside and that are others in this model."""
    for name, digest in patch.head.digests.items():
        place = resolved(name, weights.places) if patch.concerns(name) else None
        if place is not None and weights.digest(place) != digest:
            yield name


def _twin(patch: Patch, name: str, found: Collection[str]) -> bool:
    """Whether another name that was found has the very same tensors: tied, and stored once."""
    own = [entry.tensors for entry in patch.of(name)]
    return any([entry.tensors for entry in patch.of(other)] == own for other in found)


def name_of(weights: Weights) -> str:
    """What a base is called: as its configuration says, else as its folder."""
    checkpoint = weights.checkpoint
    return str(checkpoint.config.get("_name_or_path") or checkpoint.folder.name)
