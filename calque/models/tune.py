"""Supervised fine-tuning of a model for a task.

Source: Devlin et al. 2019, section 4, https://arxiv.org/abs/1810.04805
"""

import logging
from contextlib import nullcontext

import numpy as np

from calque.models.blind import blind_to
from calque.models.parameters import training
from calque.models.reader import read_once
from calque.models.running import processes
from calque.models.supervised import check_dev, supervised
from calque.models.train import train as run
from calque.models.whole import Stored, named_by, write_whole
from calque.roles import part
from calque.values import Checkpoint, Labelled

log = logging.getLogger(__name__)


@part(paper="devlin-etal-2019-bert")
def tune(
    checkpoint: Checkpoint,
    train: Labelled,
    dev: Labelled | None = None,
    blind: np.ndarray | None = None,
    *,
    epochs: int = 3,
    learning_rate: float | dict[str, float] = 5e-5,
    batch_size: int = 16,
    trains: str = "",
    seed: int = 0,
) -> Checkpoint:
    """Train body and head on labelled examples: a folder that `transformers` loads as it is.

    checkpoint: a body, or a model whose head knows the labels of `train` already (few-shot on top):
                it goes on from that head. Otherwise a new head is drawn, its labels sorted
    train:      examples of the task class, pair or tags. A word's tag is learned at its first
                piece; texts longer than the model takes are learned window by window
    dev:        examples of the source language, of which the share of right labels (tags of words)
                after each epoch chooses the epoch, the earlier of equals; None takes the last
    blind:      [k, d] directions of the body's states that the head is not to see, for example where
                real text lies apart from what is trained on (`spaces.apart`)
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    batch_size: windows per step
    trains:     name pattern of the parameters that train, for example "classifier". Where they leave
                the body as it is, it reads every text only once, and without dropout
    seed:       draws a new head, the order of the examples and dropout
    """
    task = supervised(checkpoint, train, seed)
    if dev is not None:
        check_dev(dev, train.task, task.labels)
    name = named_by(
        "tune", checkpoint, train, dev, blind, epochs, learning_rate, batch_size, trains, seed
    )
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
    return write_whole(task.model, task.tokenizer)
