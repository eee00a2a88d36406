"""What a model has learned beyond another one.

Source: Ilharco et al. 2023, "Editing Models with Task Arithmetic", section 2 (task vectors),
https://arxiv.org/abs/2212.04089
"""

from collections.abc import Iterator

import torch

from calque.errors import BadValue
from calque.maths.differences import Term, cheapest, sparse
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Patch
from calque.values.patch import Head, Piece, name_of, write_patch
from calque.values.weights import Weights, resolved

_IDLE = ("transformers_version", "_name_or_path", "dtype", "torch_dtype")
_SAME = ("model_type", "hidden_size", "num_hidden_layers", "vocab_size")


@part(paper="ilharco-etal-2023-editing")
def difference(base: Checkpoint, tuned: Checkpoint) -> Patch:
    """Take the base from a model that was made of it: what is added to each tensor, and a new head.

    Applied to the base it gives the tuned model bit for bit. Each tensor's difference is stored in
    the fewest bytes: whole, by cells, or by rows; tensors that stayed are not. Tensors that the base lacks or has in
    another shape (a head's), and settings such as labels, travel whole.

    base, tuned: of one architecture and vocabulary
    """
    for name in _SAME:
        one, two = base.config.get(name), tuned.config.get(name)
        if one != two:
            hint = "; swap the base's words first (models.swap)" if name == "vocab_size" else ""
            raise BadValue(
                f"adaptation.difference: '{name}' is {one} in {base.folder} and {two} in "
                f"{tuned.folder}; only models of one shape have a difference{hint}"
            )
    old, new = Weights(base), Weights(tuned)
    places = {name: resolved(name, old.places) for name in new}
    kept = {place for place in places.values() if place is not None}
    head = Head(
        name_of(old),
        {name: old.digest(name) for name in old},
        _settings(base, tuned),
        tuple(name for name in old if name not in kept),
        _outer(places),
    )
    return write_patch(head, _pieces(old, new, places))


def _pieces(old: Weights, new: Weights, places: dict[str, str | None]) -> Iterator[Piece]:
    for name in track(sorted(new), "comparing tensors"):
        place, shape = places[name], new.places[name].shape
        tensor = new.numbers(name)
        if place is None or old.places[place].shape != shape:
            yield Piece(name, "whole", shape, {"value": tensor})
            continue
        before = old.numbers(place)
        if torch.equal(before.double(), tensor.double()):
            continue
        if not (before.is_floating_point() and tensor.is_floating_point()):
            yield Piece(place, "whole", shape, {"value": tensor})
            continue
        for term in between(before, tensor):
            yield Piece(place, term.kind, shape, term.tensors)


def between(before: torch.Tensor, after: torch.Tensor) -> list[Term]:
    """What added to `before`, and rounded to the type of `after`, gives `after`.

    Where the difference of two numbers needs more digits than it is stored with, the rest stands beside it.
    """
    wide = torch.float64 if torch.float64 in (before.dtype, after.dtype) else torch.float32
    exact = after.double() - before.double()
    found = cheapest(exact.to(wide))
    rest = exact - exact.to(wide).double()
    lost = (before.double() + exact.to(wide).double()).to(after.dtype) != after
    if not lost.any():
        return [found]
    if found.kind == "sparse":
        return [sparse(exact, exact != 0)]
    return [found, sparse(rest.to(wide), lost)]


def _settings(base: Checkpoint, tuned: Checkpoint) -> dict:
    names = {*base.config, *tuned.config} - {*_IDLE}
    return {
        name: tuned.config.get(name)
        for name in sorted(names)
        if base.config.get(name) != tuned.config.get(name)
    }


def _outer(places: dict[str, str | None]) -> str:
    """What stands before all of the base's names in the tuned model."""
    found = {name.removesuffix(place) for name, place in places.items() if place is not None}
    if len(found) != 1:
        return ""
    return found.pop() if all(n.endswith(p) for n, p in places.items() if p is not None) else ""
