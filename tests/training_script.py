"""Trains a tiny model, also in a process of its own: to be killed, or run by two processes.

Words: OUT [--work FOLDER] [--kill STEP] [--accumulate N] [--dropout SHARE]
"""

import argparse
import os
import signal
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import torch
from accelerate import PartialState
from safetensors.torch import save_file
from torch import nn

from calque.models.running import Running, run_as
from calque.models.train import Stream, train
from calque.workspace import working_in


class Tiny(nn.Module):
    """Two layers with dropout, and a head that only one of the streams uses."""

    def __init__(self, dropout: float):
        super().__init__()
        torch.manual_seed(5)
        self.body = nn.Sequential(nn.Linear(6, 8), nn.Dropout(dropout), nn.Tanh(), nn.LayerNorm(8))
        self.one = nn.Linear(8, 3)
        self.other = nn.Linear(8, 1)
        self.unused = nn.Linear(2, 2)


def batches(offset):
    def of_epoch(epoch, seed):
        generator = torch.Generator().manual_seed(1000 * seed + 10 * epoch + offset)
        rows = torch.randn(5, 4, 6, generator=generator)
        return [{"rows": row, "gold": (row[:, 0] > 0).long()} for row in rows]

    return of_epoch


def classes(model, batch):
    return nn.functional.cross_entropy(model.one(model.body(batch["rows"])), batch["gold"])


def sums(model, batch):
    wanted = batch["rows"].sum(dim=1, keepdim=True)
    return nn.functional.mse_loss(model.other(model.body(batch["rows"])), wanted)


def main(words: Sequence[str]) -> int:
    """How many batches of the first stream were learned from."""
    options = argparse.ArgumentParser()
    options.add_argument("out", type=Path)
    options.add_argument("--work", type=Path)
    options.add_argument("--kill", type=int, default=0)
    options.add_argument("--accumulate", type=int, default=1)
    options.add_argument("--dropout", type=float, default=0.3)
    options = options.parse_args(words)
    torch.set_num_threads(1)
    calls = 0

    def dying(model, batch):
        nonlocal calls
        calls += 1
        if options.kill and calls > options.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        return classes(model, batch)

    model = Tiny(options.dropout)
    streams = [Stream("classes", batches(0), dying, 2.0), Stream("sums", batches(7), sums)]
    with (
        working_in(options.work) if options.work else nullcontext(),
        run_as(Running(save_seconds=0)),
    ):
        train(
            model, streams, steps=24, learning_rate=1e-2, accumulate=options.accumulate, seed=3
        )  # fmt: skip
    if PartialState().is_main_process:
        count = {"processes": str(PartialState().num_processes)}
        save_file(dict(model.state_dict()), options.out, metadata=count)
    return calls


def start(words: Sequence[str], **environment: str) -> None:
    """What a process of its own does."""
    os.environ.update(environment)
    main(words)
