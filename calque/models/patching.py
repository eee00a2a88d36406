"""Patches and models in memory: a patch put on and taken off, and a patch of what a model learned."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import nn

from calque.maths.differences import places, total
from calque.models.whole import write_whole
from calque.values import Checkpoint, Patch
from calque.values.between import between, relation, resolve
from calque.values.patch import Piece, write_patch
from calque.values.weights import Weights, resolved

# of tensors by name: places in the flat tensor, and what was added there
Chosen = dict[str, tuple[torch.Tensor, torch.Tensor]]


def put_on(model: nn.Module, checkpoint: Checkpoint, patch: Patch) -> Callable[[], None]:
    """Add a patch's differences to a model in memory; gives what takes them off again, bit for bit."""
    found = resolve(patch, Weights(checkpoint))
    own = dict(model.named_parameters(remove_duplicate=False))
    kept: dict[str, torch.Tensor] = {}
    for name, place in found.items():
        here = resolved(place, own)
        if here is None:
            continue  # of a head that this model lacks
        parameter = own[here]
        kept[here] = parameter.detach().clone()
        shape = tuple(parameter.shape)
        rows = shape[0] if shape else 1
        with torch.no_grad():
            parameter.copy_(total(patch.terms(name), shape, 0, rows, parameter.detach().cpu()))

    def off() -> None:
        with torch.no_grad():
            for here, tensor in kept.items():
                own[here].copy_(tensor)

    return off


def as_patch(base: Checkpoint, model: Any, tokenizer: Any, chosen: Chosen) -> Patch:
    """What was learned as a patch on the base: the chosen numbers, and every other tensor that changed (a head)."""
    made = write_whole(model, tokenizer)
    old, new = Weights(base), Weights(made)
    found = relation(old, new, "models")
    patch = write_patch(found.head, _pieces(old, new, found.places, chosen))
    shutil.rmtree(made.folder)
    return patch


def _pieces(
    old: Weights, new: Weights, placed: Mapping[str, str | None], chosen: Chosen
) -> Iterator[Piece]:
    names = {resolved(name, new.places): pair for name, pair in chosen.items()}
    for name, place in sorted(placed.items()):
        shape, tensor = new.places[name].shape, new.read(name)
        if place is None:
            yield Piece(name, "whole", shape, {"value": tensor})
        elif name in names:
            where, values = names[name]
            kept = values != 0
            cells = places(where[kept], tensor.numel())
            yield Piece(place, "sparse", shape, {"indices": cells, "values": values[kept]})
        elif not torch.equal(old.read(place).double(), tensor.double()):
            for term in between(old.read(place), tensor):
                yield Piece(place, term.kind, shape, term.tensors)
