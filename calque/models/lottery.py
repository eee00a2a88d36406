"""Sparse fine-tuning by the lottery-ticket rule: tune all, keep what moved most, rewind, tune only that.

Source: Ansell et al. 2022, "Composable Sparse Fine-Tuning for Cross-Lingual Transfer", section 3.1,
https://aclanthology.org/2022.acl-long.125
"""

import logging
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from calque.errors import BadSetting
from calque.maths.merging import most_changed
from calque.models.patching import Chosen
from calque.models.train import Stream, train

log = logging.getLogger(__name__)

Objective = Callable[[Any, Any], torch.Tensor]

FROZEN = r"(?i)norm"  # normalizations stay as they are, as in the paper


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


def _pulled(
    objective: Objective, away: Callable[[Any], Iterable[torch.Tensor]], pull: float
) -> Objective:
    """An objective and `pull` times the absolute changes that `away` finds in what learns."""
    if not pull:
        return objective

    def both(learner: Any, batch: Any) -> torch.Tensor:
        far = torch.stack([change.abs().sum() for change in away(learner)]).sum()
        return objective(learner, batch) + pull * far

    return both


def _most_moved(
    model: nn.Module,
    stream: Stream,
    free: Mapping[str, nn.Parameter],
    count: int,
    pull: float,
    **settings: Any,
) -> list[torch.Tensor]:
    """Where training moves the free parameters most; the model is put back."""
    before = {n: p.detach().clone() for n, p in model.named_parameters()}

    def away(_learner: Any) -> list[torch.Tensor]:
        for own, parameter in free.items():  # to where the model trains, once
            before[own] = before[own].to(parameter.device)
        return [parameter - before[own] for own, parameter in free.items()]

    full = Stream(stream.name, stream.batches, _pulled(stream.objective, away, pull))
    train(model, [full], **settings)
    found = most_changed([free[n].detach().cpu() - before[n].cpu() for n in free], count)
    with torch.no_grad():
        for own, parameter in model.named_parameters():
            parameter.copy_(before[own])
    return found


def lottery(
    model: nn.Module,
    stream: Stream,
    *,
    count: float,
    whole: Collection[str],
    name: str,
    pull: float = 0.0,
    **settings: Any,
) -> Chosen:
    """What is added to the `count` numbers of the body that full training moves most, and where they are.

    The model is left as it came, but for what is in `whole`, which trains in both phases.

    count:    numbers, or below 1 a share of those that may change
    whole:    names of parameters that are trained whole (a head), and not chosen from
    pull:     weight in both losses of how far all numbers are from where they began: the sum of their absolute
              changes, divided by the number of the model's parameters, as in the authors' code
    settings: of `models.train`, for each of both phases; each has its own optimizer and schedule

    Nothing decays: what decay moves would count as changed.
    """
    if not count > 0:
        raise BadSetting(f"models: count must be positive, got {count}")
    if not 0 <= pull < math.inf:
        raise BadSetting(f"models: pull must be at least 0, got {pull}")
    free = {
        n: p
        for n, p in model.named_parameters()
        if p.requires_grad and n not in whole and not re.search(FROZEN, n)
    }
    total = sum(parameter.numel() for parameter in free.values())
    count = max(1, round(count * total)) if count < 1 else int(count)
    if count > total:
        raise BadSetting(f"models: count {count} is more than the {total} numbers that may change")
    trains = [f"^{re.escape(own)}$" for own in (*free, *whole)]
    pull /= sum(parameter.numel() for parameter in model.parameters())
    settings |= {"weight_decay": 0.0}
    found = _most_moved(
        model, stream, free, count, pull, trains=trains, name=f"{name}-full", **settings
    )
    chosen = {own: where for own, where in zip(free, found, strict=True) if len(where)}
    log.info("%d of %d numbers may change", sum(map(len, chosen.values())), sum(p.numel() for p in free.values()))  # fmt: skip
    sparse = Sparse(model, chosen)

    def objective(learner: Any, batch: Any) -> torch.Tensor:
        with learner.moved() as moved:
            return stream.objective(moved, batch)

    trains = [r"^values\.", *(f"^model\\.{re.escape(own)}$" for own in whole)]
    near = _pulled(objective, lambda learner: learner.values, pull)
    again = Stream(stream.name, stream.batches, near)
    train(sparse, [again], trains=trains, name=f"{name}-sparse", **settings)
    return {
        own: (where, values.detach().cpu())
        for (own, where), values in zip(chosen.items(), sparse.values, strict=True)
    }
