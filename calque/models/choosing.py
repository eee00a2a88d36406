"""Learning from labelled examples, epoch by epoch; development examples choose the epoch."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

import numpy as np

from calque.models.blind import blind_to
from calque.models.parameters import training
from calque.models.reader import read_once
from calque.models.running import processes
from calque.models.supervised import Supervised, check_dev
from calque.models.train import train as run
from calque.models.whole import Stored
from calque.values import Labelled

log = logging.getLogger(__name__)


def learn(
    task: Supervised,
    dev: Labelled | None,
    *,
    epochs: int,
    learning_rate: float | Mapping[str, float],
    batch_size: int,
    trains: str | Sequence[str],
    seed: int,
    name: str,
    blind: np.ndarray | None = None,
) -> None:
    """Train in place; what stands still below the head is read once.

    dev:   the epoch with the most right labels stays, the earlier of equals; None keeps the last
    blind: directions that the head is not to see
    name:  of the saved state; depends on all that the training depends on
    """
    if dev is not None:
        check_dev(dev, task.task, task.labels)
    stored = None if dev is None else Stored(task.model, name)
    best = -1.0 if stored is None else stored.facts("best").get("right", -1.0)

    def choose(epoch: int) -> None:
        nonlocal best
        if dev is None or stored is None:
            return
        right = task.right(dev)
        log.info("epoch %d of %d: %.4f of the dev labels are right", epoch, epochs, right)
        if epoch == 1 or right > best:  # a file that an earlier run left does not count
            best = right
            stored.write("best", right=right, epoch=epoch)

    with training(task.model, trains, learning_rate):
        still = read_once(task.model, task.windows)
    stream = task.stream(batch_size, still)
    steps = epochs * len(stream.batches(0, seed)) // processes().num_processes
    with nullcontext() if blind is None else blind_to(task.model, blind):
        run(
            task.model,
            [stream],
            epochs=epochs,
            learning_rate=learning_rate,
            trains=trains,
            seed=seed,
            snapshots=0 if dev is None else max(1, min(epochs, steps)),
            at_snapshot=choose,
            name=name,
        )
        if stored is not None:
            stored.put_back("best")
            log.info("epoch %d is the best of %d", stored.facts("best")["epoch"], epochs)
