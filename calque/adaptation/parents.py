"""Models and patches that are put together on one base, tensor by tensor."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from calque.adaptation.written import write_changed
from calque.errors import BadValue
from calque.maths.differences import dense
from calque.values import Checkpoint, Patch
from calque.values.between import relation, resolve
from calque.values.patch import Head
from calque.values.weights import Weights, finite

Combine = Callable[[str, torch.Tensor, list[torch.Tensor]], torch.Tensor]


class Parent:
    """What a model, or a patch, changes in the base."""

    def __init__(self, base: Weights, given: Checkpoint | Patch, what: str):
        self.base = base
        self.what = what
        self.patch = given if isinstance(given, Patch) else None
        if self.patch is not None:
            self.folder, self.head = self.patch.folder, self.patch.head
            self.own = {place: name for name, place in resolve(self.patch, base).items()}
            self.whole = {
                e.name: self.patch.read(e).tensors["value"]
                for e in self.patch.entries
                if e.kind == "whole"
            }
            return
        assert isinstance(given, Checkpoint)
        self.weights, self.folder = Weights(given), given.folder
        found = relation(base, self.weights, what, known=False)
        self.head = found.head
        self.own = {place: name for name, place in found.places.items() if place is not None}
        new = [name for name, place in found.places.items() if place is None]
        self.whole = {name: self.weights.numbers(name) for name in new}

    def delta(self, name: str, before: torch.Tensor) -> torch.Tensor | None:
        """What is added to a tensor of the base, in float32 (float64 for such); None where nothing is."""
        if name not in self.own:
            return None
        wide = torch.float64 if before.dtype == torch.float64 else torch.float32
        if self.patch is not None:
            return dense(self.patch.terms(self.own[name]), tuple(before.shape)).to(wide)
        after = self.weights.numbers(self.own[name])
        if after.dtype == before.dtype and torch.equal(after, before):
            return None
        if not before.is_floating_point():
            raise BadValue(
                f"{self.what}: {name} holds {before.dtype} and differs between "
                f"{self.base.checkpoint.folder} and {self.folder}"
            )
        return after.to(wide).sub_(before.to(wide))


def merge(
    parents: Sequence[Checkpoint | Patch], base: Checkpoint, combine: Combine, what: str
) -> Checkpoint:
    """The base with what `combine` makes of its parents' differences, one tensor at a time.

    combine: called with a tensor's name, the base's and the difference of each parent, which it may change
    """
    if not parents:
        raise BadValue(f"{what}: no models given")
    weights = Weights(base)
    known = [Parent(weights, parent, what) for parent in parents]

    def make(name: str) -> Iterator[torch.Tensor]:
        before = weights.numbers(name)
        deltas = [parent.delta(name, before) for parent in known]
        some = next((delta for delta in deltas if delta is not None), None)
        if some is None:
            yield before
            return
        added = combine(name, before, _filled(deltas, some))
        del deltas, some  # as large as the tensor, each
        after = added.add_(before.to(added.dtype)).to(before.dtype)
        if not finite(after):
            raise BadValue(f"{what}: {name} leaves what {before.dtype} can hold")
        yield after

    return write_changed(weights, _head(known, what), _heads(known, what), make)


def _filled(deltas: list[torch.Tensor | None], some: torch.Tensor) -> list[torch.Tensor]:
    return [torch.zeros_like(some) if delta is None else delta for delta in deltas]


def _head(parents: Sequence[Parent], what: str) -> Head:
    config: dict[str, Any] = {}
    for parent in parents:
        for name, value in parent.head.config.items():
            if config.setdefault(name, value) != value:
                raise BadValue(
                    f"{what}: '{name}' is {config[name]} in one of the models and {value} in "
                    f"{parent.folder}; models that are merged share one head"
                )
    dropped = set.intersection(*({*parent.head.dropped} for parent in parents))
    kept = {name for parent in parents for name in parent.own}
    outer = {parent.head.outer for parent in parents} - {""}
    first = next(iter(sorted(outer)), "")
    return Head("", {}, config, tuple(sorted(dropped - kept)), first)


def _heads(parents: Sequence[Parent], what: str) -> dict[str, torch.Tensor]:
    made: dict[str, torch.Tensor] = {}
    for parent in parents:
        for name, tensor in parent.whole.items():
            other = made.setdefault(name, tensor)
            if other.shape != tensor.shape or not torch.equal(other, tensor):
                raise BadValue(
                    f"{what}: {name} of {parent.folder} is another than in the model before it, and "
                    "the base has none; train with one head that stays (models.graft, trains), or "
                    "average models of one shape (adaptation.average)"
                )
    return made
