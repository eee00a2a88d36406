"""How training runs, as against what it learns: precision, trackers, saved states, processes."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator, DistributedDataParallelKwargs, DistributedType
from accelerate.tracking import get_available_trackers
from accelerate.utils import broadcast_object_list
from torch import nn

from calque import workspace
from calque.errors import BadSetting, MissingExtra

PRECISIONS = ("no", "bf16", "fp16")


@dataclass(frozen=True)
class Running:
    """How training runs; set once around it by `run_as`.

    precision:    "no", "bf16" or "fp16"; None for what `accelerate launch` says, else "no"
    trackers:     names of accelerate's trackers ("tensorboard", "wandb", "mlflow") or trackers
    log_folder:   where trackers that write files do so
    save_seconds: time between two saved states, where the workspace keeps them
    """

    precision: str | None = None
    trackers: tuple[Any, ...] = ()
    log_folder: Path | None = None
    save_seconds: float = 300.0

    def __post_init__(self):
        if self.precision not in (None, *PRECISIONS):
            raise BadSetting(
                f"models.train: no precision '{self.precision}'; there are: {', '.join(PRECISIONS)}"
            )
        known = {str(tracker.value) for tracker in get_available_trackers()}
        for tracker in self.trackers:
            if isinstance(tracker, str) and tracker not in known:
                raise MissingExtra(
                    f"the tracker '{tracker}' is not installed; "
                    f"these are: {', '.join(sorted(known)) or 'none'}"
                )


_running: ContextVar[Running | None] = ContextVar("calque_running", default=None)


@contextlib.contextmanager
def run_as(how: Running) -> Iterator[None]:
    """Every training inside runs like this."""
    token = _running.set(how)
    try:
        yield
    finally:
        _running.reset(token)


def current() -> Running:
    """How training runs here."""
    return _running.get() or Running()


def accelerator() -> Accelerator:
    """An Accelerator that does as `current` says, with its trackers started."""
    how = current()
    try:
        made = Accelerator(
            # the loop casts to bf16 itself, since what accelerate is told holds for the process
            mixed_precision=None if how.precision == "bf16" else how.precision,
            log_with=list(how.trackers) or None,
            project_dir=how.log_folder,
            # a stream need not use all parameters, nor a task the pooler of its encoder
            kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
        )
    except ValueError as error:  # it did as much in another precision already
        raise BadSetting(f"models.train: precision '{how.precision}': {error}") from error
    if how.trackers:
        made.init_trackers("calque")
    return made


def prepared(
    made: Accelerator, module: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[nn.Module, Any]:
    """Both as devices and processes need them."""
    module, wrapped = made.prepare(module, optimizer)
    plain = made.distributed_type in (DistributedType.NO, DistributedType.MULTI_CPU)
    # accelerate's looks for a package on the disk twice a step, and on a CPU does no more than this
    bare = plain and made.device.type == "cpu" and made.scaler is None
    return module, optimizer if bare else wrapped


def seed(numbers: tuple[int, ...], device: torch.device) -> None:
    """Seed what is drawn on the device; unlike for neighbors, which plain sums of the numbers are not."""
    mixed = int(np.random.SeedSequence(numbers).generate_state(1)[0])
    if device.type == "cpu":
        # `torch.manual_seed` keeps the whole call stack for every kind of device that is not there
        torch.default_generator.manual_seed(mixed)
    else:
        torch.manual_seed(mixed)


def processes() -> Accelerator:
    """Where this process stands among those of one training.

    Not `PartialState`, which on a CPU does not see the others unless an Accelerator was there first.
    """
    return Accelerator()


def agreed(thing: Any) -> Any:
    """What the first process has, in every process of a training; the others wait for it here."""
    told = [thing]
    if processes().num_processes > 1:
        broadcast_object_list(told)
    return told[0]


def shared_folder(name: str) -> Path:
    """A fresh folder for a result, the same one in every process of a training."""
    return agreed(workspace.fresh(name) if processes().is_main_process else Path())
