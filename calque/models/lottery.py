"""Sparse fine-tuning by the lottery-ticket rule: tune all, keep what moved most, rewind, tune only that.

Source: Ansell et al. 2022, "Composable Sparse Fine-Tuning for Cross-Lingual Transfer", section 3.1,
https://aclanthology.org/2022.acl-long.125
"""

import logging
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from calque.errors import BadSetting
from calque.maths.differences import places, total
from calque.maths.merging import most_changed
from calque.models.train import Stream, train
from calque.models.whole import write_whole
from calque.values import Checkpoint, Patch
from calque.values.between import between, relation, resolve
from calque.values.patch import Piece, write_patch
from calque.values.weights import Weights, resolved

log = logging.getLogger(__name__)

FROZEN = r"(?i)norm"  # normalizations stay as they are, as in the paper
Chosen = dict[str, tuple[torch.Tensor, torch.Tensor]]


class Sparse(nn.Module):
    """A model of which chosen numbers alone train: parameters that hold what is added to those."""

    def __init__(self, model: nn.Module, chosen: Mapping[str, torch.Tensor]):
        super().__init__()
        self.model = model
        self.chosen = dict(chosen)
        own = dict(model.named_parameters())
        self.values = nn.ParameterList(
            nn.Parameter(torch.zeros(len(where), dtype=own[name].dtype))
            for name, where in chosen.items()
        )

    @contextmanager
    def moved(self) -> Iterator[nn.Module]:
        """The model with the chosen numbers moved, wherever it reads them; as before afterwards."""
        own = dict(self.model.named_parameters())
        moved = {}
        for (name, where), values in zip(self.chosen.items(), self.values, strict=True):
            flat = own[name].detach().reshape(-1)
            added = flat.index_add(0, where.to(flat.device), values)
            moved[id(own[name])] = added.view(own[name].shape)
        before = []
        for module in self.model.modules():
            for name, parameter in list(module._parameters.items()):
                if id(parameter) in moved:  # tied weights have several places
                    before.append((module, name, parameter))
                    module._parameters[name] = moved[id(parameter)]  # type: ignore[assignment]
        try:
            yield self.model
        finally:
            for module, name, parameter in before:
                module._parameters[name] = parameter


def lottery(
    model: nn.Module,
    stream: Stream,
    *,
    count: int,
    whole: Collection[str],
    name: str,
    **settings: Any,
) -> Chosen:
    """What is added to the `count` numbers of the body that full training moves most, and where they are.

    The model is left as it came, but for what is in `whole`, which trains in both phases.

    whole:    names of parameters that are trained whole (a head), and not chosen from
    settings: of `models.train`, for each of both phases; each has its own optimizer and schedule
    """
    if count < 1:
        raise BadSetting(f"models: count must be at least 1, got {count}")
    free = {
        n: p
        for n, p in model.named_parameters()
        if p.requires_grad and n not in whole and not re.search(FROZEN, n)
    }
    if count > sum(parameter.numel() for parameter in free.values()):
        raise BadSetting(
            f"models: count {count} is more than the {sum(p.numel() for p in free.values())} numbers "
            "that may change"
        )
    trains = [f"^{re.escape(own)}$" for own in (*free, *whole)]
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    train(model, [stream], trains=trains, name=f"{name}-full", **settings)
    found = most_changed([free[n].detach().cpu() - before[n].cpu() for n in free], count)
    with torch.no_grad():
        for own, parameter in model.named_parameters():
            parameter.copy_(before[own])
    del before
    chosen = {own: where for own, where in zip(free, found, strict=True) if len(where)}
    log.info("%d of %d numbers may change", sum(map(len, chosen.values())), sum(p.numel() for p in free.values()))  # fmt: skip
    sparse = Sparse(model, chosen)

    def objective(learner: Any, batch: Any) -> torch.Tensor:
        with learner.moved() as moved:
            return stream.objective(moved, batch)

    trains = [r"^values\.", *(f"^model\\.{re.escape(own)}$" for own in whole)]
    again = Stream(stream.name, stream.batches, objective)
    train(sparse, [again], trains=trains, name=f"{name}-sparse", **settings)
    return {
        own: (where, values.detach().cpu())
        for (own, where), values in zip(chosen.items(), sparse.values, strict=True)
    }


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
