"""What lies between a base and a model that was made of it: settings, names, and each tensor's difference."""

from dataclasses import dataclass

import torch

from calque.errors import BadValue
from calque.maths.differences import Term, cheapest, sparse
from calque.values.patch import Head, name_of
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
