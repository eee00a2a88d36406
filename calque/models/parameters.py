"""Which parameters of a model train, and at what rate."""

import contextlib
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from torch import nn

from calque.errors import BadSetting

SCHEDULES = ("linear", "cosine", "constant")


@contextlib.contextmanager
def training(
    model: nn.Module, trains: str | Sequence[str], rates: float | Mapping[str, float]
) -> Iterator[dict[str, tuple[nn.Parameter, float]]]:
    """The parameters that train, with their rates, by name; flags and mode are restored afterwards.

    trains: regular expressions, found anywhere in a name
    rates:  one for all, or patterns with a rate each, of which the first that is found holds

    What needs no gradient already, is in no pattern or has rate 0 stays as it is.
    """
    before = {name: p.requires_grad for name, p in model.named_parameters()}
    patterns = [trains] if isinstance(trains, str) else list(trains)
    for pattern in patterns:
        _readable(pattern, "trains")
        if not any(re.search(pattern, name) for name in before):
            raise BadSetting(
                f"models.train: trains '{pattern}' is in no parameter's name; {_like(before)}"
            )
    wanted = [n for n, own in before.items() if own and any(re.search(p, n) for p in patterns)]
    found = _rates(wanted, rates)
    if not found:
        raise BadSetting("models.train: no parameter trains; all are frozen or have rate 0")
    mode = model.training
    try:
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name in found)
        yield {name: (p, found[name]) for name, p in model.named_parameters() if name in found}
    finally:
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(before[name])
            parameter.grad = None
        model.train(mode)


def _rates(names: list[str], rates: float | Mapping[str, float]) -> dict[str, float]:
    """The rate of each name, those with rate 0 left out."""
    table = rates if isinstance(rates, Mapping) else {"": rates}
    for pattern, rate in table.items():
        _readable(pattern, "learning_rate")
        if not isinstance(rate, Real) or not 0 <= rate < math.inf:
            raise BadSetting(
                f"models.train: learning_rate must be a number of at least 0, got {rate!r}"
            )
    first = {n: next((p for p in table if re.search(p, n)), None) for n in names}
    lost = [name for name, pattern in first.items() if pattern is None]
    if lost:
        raise BadSetting(f"models.train: learning_rate has no pattern for '{lost[0]}'; add ''")
    unused = [pattern for pattern in table if pattern and pattern not in first.values()]
    if unused:
        raise BadSetting(
            f"models.train: learning_rate '{unused[0]}' fits no parameter that trains; "
            f"{_like(names)}"
        )
    return {n: float(table[p]) for n, p in first.items() if p is not None and table[p] > 0}


def _readable(pattern: str, setting: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        raise BadSetting(
            f"models.train: {setting} {pattern!r} is no regular expression: {error}"
        ) from error


def _like(names: Collection[str]) -> str:
    ends = list(names)[:1] + list(names)[-1:]
    return f"names are like '{ends[0]}' and '{ends[1]}'" if ends else "there are none"


def groups(
    parameters: Mapping[str, tuple[nn.Parameter, float]], decay: float
) -> list[dict[str, Any]]:
    """Groups for the optimizer, one for each rate and decay, in order of first use.

    decay: of matrices; what has one axis (biases, norms) does not decay
    """
    made: dict[tuple[float, float], dict[str, Any]] = {}
    for parameter, rate in parameters.values():
        own = decay if parameter.ndim > 1 else 0.0
        group = {"params": [], "lr": rate, "peak": rate, "weight_decay": own}
        made.setdefault((rate, own), group)["params"].append(parameter)
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
