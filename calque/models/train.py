"""The only training loop: batches, objectives, AdamW, a schedule; goes on after a kill.

Runs on accelerate, so that devices, processes and precision are those of `accelerate launch` or,
without it, of the machine. Every random number of a step comes from (seed, step, process), so
that a run killed half-way goes on as if nothing had happened, bit for bit on a CPU.
"""

import contextlib
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator, DistributedType
from accelerate.utils import send_to_device
from torch import nn

from calque import workspace
from calque.errors import BadSetting, BadValue
from calque.models import parameters, resume, running
from calque.progress import note, track

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stream:
    """Batches and what is to be learned from them.

    name:      shown beside its loss
    batches:   called with (epoch, seed), gives the batches of that epoch: a sequence that may
               make a batch when it is asked for; the same for the same epoch and seed
    objective: called with (model, batch), gives a scalar; the model is the one passed to `train`
    weight:    share of the steps beside the other streams, positive
    """

    name: str
    batches: Callable[[int, int], Sequence[Any]]
    objective: Callable[[nn.Module, Any], torch.Tensor]
    weight: float = 1.0


def train(
    model: nn.Module,
    streams: Sequence[Stream],
    *,
    steps: int | None = None,
    epochs: int | None = None,
    learning_rate: float | Mapping[str, float] = 1e-4,
    warmup: float = 0.1,
    schedule: str = "linear",
    weight_decay: float = 0.01,
    clip: float = 1.0,
    trains: str | Sequence[str] = "",
    dropout: bool = True,
    accumulate: int = 1,
    seed: int = 0,
    snapshots: int = 0,
    at_snapshot: Callable[[int], None] | None = None,
    name: str = "train",
) -> dict[str, list[float]]:
    """Train `model` in place; returns the losses by stream, in order (of this process's batches).

    A step belongs to one stream, chosen so that the shares of the steps follow the weights as
    closely as whole steps can. It takes `accumulate` batches in each process and the mean of their
    losses: two processes do what one does with twice the `accumulate`.

    steps, epochs: how long, one of them; an epoch sees the first stream once
    learning_rate: peak; or name patterns with a rate each, of which the first that is found in a
                   parameter's name holds ("" is found in all); what has rate 0 does not train
    warmup:        share of the steps, in [0, 1), in which the rate rises
    schedule:      after that the rate falls to zero, "linear" or "cosine", or stays, "constant"
    weight_decay:  of matrices; biases and norms (anything with one axis) do not decay
    clip:          largest norm of the gradient; 0 for any
    trains:        name patterns (regular expressions, found anywhere) of the parameters that train;
                   the others, and those that need no gradient already, stay bit-equal
    dropout:       whether the model is in training mode
    snapshots:     how often, evenly spaced, the last after the last step, `at_snapshot` is called
                   with 1, 2 ... in every process, the model in evaluation mode; after a kill the
                   same number may come again, with the same weights
    name:          of the saved state; should depend on all that the training depends on
    """
    if clip < 0 or weight_decay < 0:
        raise BadSetting("models.train: clip and weight_decay must not be negative")
    with parameters.training(model, trains, learning_rate) as chosen:
        groups = parameters.groups(chosen, weight_decay)
        loop = _Loop(model, streams, accumulate, seed, dropout)
        loop.length(steps, epochs)
        if not 0 <= snapshots <= loop.steps:
            raise BadSetting(
                f"models.train: {snapshots} snapshots of {loop.steps} steps; take fewer, or train longer"
            )
        loop.prepare(groups, workspace.kept(f"{name}.safetensors"))
        stops = {loop.steps * number // snapshots: number for number in range(1, snapshots + 1)}
        with loop.own_randomness():
            for step in loop.remaining():
                share = parameters.share_at(step, loop.steps, warmup, schedule)
                loop.step(step, share, clip)
                if step + 1 in stops and at_snapshot is not None:
                    model.eval()
                    at_snapshot(stops[step + 1])
                    loop.accelerator.wait_for_everyone()
                    model.train(dropout)
    if loop.trackers:
        loop.accelerator.end_training()
    return loop.losses


class _Losses(nn.Module):
    """The model with its objectives: a wrapper for several processes sees every forward pass."""

    def __init__(self, model: nn.Module, streams: Sequence[Stream], bf16: bool):
        super().__init__()
        self.model = model
        self.objectives = [stream.objective for stream in streams]
        self.bf16 = bf16

    def forward(self, stream: int, batch: Any) -> torch.Tensor:
        device = next(self.model.parameters()).device.type
        with torch.autocast(device, torch.bfloat16) if self.bf16 else contextlib.nullcontext():
            return self.objectives[stream](self.model, batch).float()


class _Flow:
    """The endless batches of a stream, epoch after epoch, from any position."""

    def __init__(self, stream: Stream, seed: int):
        self.stream = stream
        self.seed = seed
        self.move(0, 0)

    def move(self, epoch: int, place: int) -> None:
        self.epoch, self.place = epoch, place
        self.batches = self.stream.batches(epoch, self.seed)
        if not len(self.batches):
            raise BadValue(f"models.train: stream '{self.stream.name}' has no batches")

    def take(self, count: int, ours: int, among: int) -> list[Any]:
        """Go on by `count` batches; makes only those whose number modulo `among` is `ours`."""
        taken = []
        for number in range(count):
            if self.place == len(self.batches):
                self.move(self.epoch + 1, 0)
            if number % among == ours:
                taken.append(self.batches[self.place])
            self.place += 1
        return taken


class _Loop:
    """What a training has in its hands: flows of batches, optimizer, losses so far."""

    def __init__(
        self, model: nn.Module, streams: Sequence[Stream], accumulate: int, seed: int, dropout: bool
    ):
        if not streams or len({stream.name for stream in streams}) < len(streams):
            raise BadSetting("models.train: needs at least one stream, each with its own name")
        if accumulate < 1 or any(not stream.weight > 0 for stream in streams):
            raise BadSetting("models.train: accumulate and weights of streams must be positive")
        self.model, self.streams, self.seed, self.accumulate = model, streams, seed, accumulate
        self.dropout = dropout
        self.how = running.current()
        self.accelerator: Accelerator = running.accelerator()
        self.trackers = bool(self.how.trackers)
        self.flows = [_Flow(stream, seed) for stream in streams]
        self.losses: dict[str, list[float]] = {stream.name: [] for stream in streams}
        self.unread: list[tuple[int, str, torch.Tensor]] = []
        self.steps = self.start = 0

    def length(self, steps: int | None, epochs: int | None) -> None:
        """Set the number of steps."""
        if (steps is None) == (epochs is None) or (steps or epochs or 0) < 1:
            raise BadSetting("models.train: give either steps or epochs, at least 1")
        if epochs is not None:
            first = self.streams[0]
            batches = sum(len(first.batches(epoch, self.seed)) for epoch in range(epochs))
            share = first.weight / sum(stream.weight for stream in self.streams)
            steps = math.ceil(batches / (share * self.accumulate * self.accelerator.num_processes))
        self.steps = steps or 0

    def prepare(self, groups: list[dict[str, Any]], state: Path | None) -> None:
        """Make the optimizer, place everything, go on from a saved state where there is one."""
        accelerator = self.accelerator
        # fused is twelve times as fast on a CPU; fp16 has to unscale gradients outside of it
        fused = accelerator.device.type in ("cpu", "cuda") and accelerator.mixed_precision != "fp16"
        self.inner = optimizer = torch.optim.AdamW(groups, fused=fused)
        losses = _Losses(self.model, self.streams, self.how.precision == "bf16")
        self.module, self.optimizer = running.prepared(accelerator, losses, optimizer)
        self.parameters = list(self.module.parameters())  # to look for them takes a while
        whole = accelerator.distributed_type not in (
            DistributedType.FSDP,
            DistributedType.DEEPSPEED,
        )
        if state is not None and not whole:
            log.warning("states of sharded models are not saved: a killed run starts anew")
        self.state = state if whole else None
        if self.state is None:
            return
        saved = resume.load(self.state, self.identity(), self.model, optimizer, accelerator)
        if saved is not None:
            self.start, self.losses = saved["step"], saved["losses"]
            for flow, place in zip(self.flows, saved["places"], strict=True):
                flow.move(*place)
            log.info("training goes on at step %d of %d", self.start, self.steps)

    def identity(self) -> dict[str, Any]:
        """What must be the same for a saved state to fit."""
        return {
            "steps": self.steps,
            "seed": self.seed,
            "streams": [[s.name, s.weight, len(s.batches(0, self.seed))] for s in self.streams],
            "batches": self.accumulate * self.accelerator.num_processes,
            "precision": self.how.precision or self.accelerator.mixed_precision,
        }

    @contextlib.contextmanager
    def own_randomness(self) -> Iterator[None]:
        """Seeding each step does not show outside."""
        device = self.accelerator.device
        with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            yield

    def remaining(self) -> Iterator[int]:
        """The steps still to do, with progress; saves the state from time to time and at the end."""
        steps: Any = range(self.start, self.steps)
        if self.accelerator.is_main_process:
            steps = track(steps, "training", total=len(steps))
        saved = time.monotonic()
        self.model.train(self.dropout)
        for step in steps:
            yield step
            if step + 1 == self.steps or time.monotonic() - saved >= self.how.save_seconds:
                self.save(step + 1)
                saved = time.monotonic()

    def step(self, step: int, share: float, clip: float) -> None:
        """Take one step at this share of the peak learning rate."""
        accelerator, chosen = self.accelerator, self.choose(step)
        processes, process = accelerator.num_processes, accelerator.process_index
        running.seed((self.seed, step, process), accelerator.device)
        batches = self.flows[chosen].take(self.accumulate * processes, process, processes)
        total = torch.zeros((), device=accelerator.device)
        for number, batch in enumerate(batches, start=1):
            last = number == len(batches)
            with contextlib.nullcontext() if last else accelerator.no_sync(self.module):
                loss = self.module(chosen, send_to_device(batch, accelerator.device))
                loss = loss / len(batches)
                accelerator.backward(loss)
            total += loss.detach()
        if clip:
            accelerator.clip_grad_norm_(self.parameters, clip)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * share
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.unread.append((step, self.streams[chosen].name, total))
        # on a GPU reading a loss waits for all that was asked of it: seldom
        if accelerator.device.type == "cpu" or len(self.unread) == 16:
            self.read()

    def choose(self, step: int) -> int:
        """The stream that lags most behind its share of the steps."""
        done = [len(self.losses[stream.name]) for stream in self.streams]
        for _, name, _ in self.unread:
            done[list(self.losses).index(name)] += 1
        weights = np.array([stream.weight for stream in self.streams], dtype=float)
        return int(np.argmax(weights / weights.sum() * (step + 1) - np.array(done)))

    def read(self) -> None:
        """Read the losses not read yet; BadValue when one is not finite."""
        for step, name, loss in self.unread:
            value = float(loss)
            if not math.isfinite(value):
                raise BadValue(
                    f"models.train: the loss of stream '{name}' is {value} at step {step + 1} "
                    f"of {self.steps}; a smaller learning rate or another precision may help"
                )
            self.losses[name].append(value)
            if self.trackers:
                self.accelerator.log({f"loss/{name}": value}, step=step + 1)
        if not self.unread:
            return
        self.unread.clear()
        means = [float(np.mean(losses[-20:])) for losses in self.losses.values() if losses]
        note("loss " + " ".join(f"{mean:.3f}" for mean in means))

    def save(self, step: int) -> None:
        """Write the state into the workspace, if that outlasts a kill."""
        self.read()
        if self.state is not None and self.accelerator.is_main_process:
            places = [[flow.epoch, flow.place] for flow in self.flows]
            position = {"step": step, "places": places, "losses": self.losses}
            held = self.model, self.inner, self.accelerator
            resume.save(self.state, self.identity(), position, *held)
