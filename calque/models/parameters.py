"""Which parameters of a model train, and at what rate."""

import contextlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch import nn

from calque.errors import BadSetting

SCHEDULES = ("linear", "cosine", "constant")


@contextlib.contextmanager
def training(model: nn.Module, trains: str | Sequence[str]) -> Iterator[dict[str, nn.Parameter]]:
    """The parameters that train, by name; flags, gradients and mode are as before afterwards.

    trains: regular expressions, found anywhere in a name; parameters that need no gradient
            already stay so whatever is given here
    """
    patterns = [trains] if isinstance(trains, str) else list(trains)
    before = {name: p.requires_grad for name, p in model.named_parameters()}
    for pattern in patterns:
        if not any(re.search(pattern, name) for name in before):
            ends = f"'{next(iter(before))}' and '{next(reversed(before))}'" if before else "none"
            raise BadSetting(
                f"models.train: trains '{pattern}' is in no parameter's name; they are like {ends}"
            )
    mode = model.training
    try:
        for name, parameter in model.named_parameters():
            found = any(re.search(pattern, name) for pattern in patterns)
            parameter.requires_grad_(before[name] and found)
        chosen = {name: p for name, p in model.named_parameters() if p.requires_grad}
        if not chosen:
            raise BadSetting("models.train: no parameter trains; all are frozen")
        yield chosen
    finally:
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(before[name])
            parameter.grad = None
        model.train(mode)


def groups(
    parameters: Mapping[str, nn.Parameter], rates: float | Mapping[str, float], decay: float
) -> list[dict[str, Any]]:
    """Groups for the optimizer, one for each rate and decay, in order of first use.

    rates: one for all, or name patterns with a rate each; the first that is found holds
    decay: of matrices; what has one axis (biases, norms) does not decay
    """
    table = rates if isinstance(rates, Mapping) else {"": rates}
    made: dict[tuple[float, float], dict[str, Any]] = {}
    used = set()
    for name, parameter in parameters.items():
        pattern = next((pattern for pattern in table if re.search(pattern, name)), None)
        if pattern is None:
            raise BadSetting(f"models.train: learning_rate has no pattern for '{name}'; add ''")
        used.add(pattern)
        rate, own = float(table[pattern]), decay if parameter.ndim > 1 else 0.0
        if not 0 <= rate < math.inf:
            raise BadSetting(f"models.train: learning_rate must be at least 0, got {rate}")
        group = {"params": [], "lr": rate, "peak": rate, "weight_decay": own}
        made.setdefault((rate, own), group)["params"].append(parameter)
    unused = [pattern for pattern in table if pattern and pattern not in used]
    if unused:
        raise BadSetting(f"models.train: learning_rate '{unused[0]}' fits no parameter that trains")
    return list(made.values())


def share_at(step: int, steps: int, warmup: float, schedule: str) -> float:
    """Share of the peak learning rate at a step counted from 0, in (0, 1]."""
    if not 0 <= warmup < 1:
        raise BadSetting(f"models.train: warmup must lie in [0, 1), got {warmup}")
    if schedule not in SCHEDULES:
        raise BadSetting(
            f"models.train: no schedule '{schedule}'; there are: {', '.join(SCHEDULES)}"
        )
    warm = int(warmup * steps)
    if step < warm:
        return (step + 1) / (warm + 1)
    done = (step - warm) / (steps - warm)
    if schedule == "linear":
        return 1 - done
    return (1 + math.cos(math.pi * done)) / 2 if schedule == "cosine" else 1.0
