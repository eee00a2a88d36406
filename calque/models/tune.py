"""Supervised fine-tuning of a model for a task.

Source: Devlin et al. 2019, section 4, https://arxiv.org/abs/1810.04805
"""

import numpy as np

from calque.models.choosing import learn
from calque.models.supervised import supervised
from calque.models.whole import named_by, write_whole
from calque.roles import part
from calque.values import Checkpoint, Labelled


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
    widths: tuple[int, int] = (500, 100),
    seed: int = 0,
) -> Checkpoint:
    """Train body and head on labelled examples: a folder that `transformers` loads as it is.

    checkpoint: a body, or a model whose head knows the labels of `train` already (few-shot on top):
                it goes on from that head. Otherwise a new head is drawn, its labels sorted
    train:      examples of the task class, pair, tags, parse or answer. A word's tag or head is learned
                at its first piece; texts longer than the model takes are learned window by window
    dev:        examples of the source language, of which the share of right labels (tags of words)
                after each epoch chooses the epoch, the earlier of equals; None takes the last
    blind:      [k, d] directions of the body's states that the head is not to see, for example where
                real text lies apart from what is trained on (`spaces.apart`)
    learning_rate: peak of a linear schedule; or name patterns with a rate each (`models.train`)
    batch_size: windows per step
    trains:     name pattern of the parameters that train, for example "classifier". Where they leave
                the body as it is, it reads every text only once, and without dropout
    widths:     of what arcs and what relations of a new parser are read from (Dozat & Manning 2017)
    seed:       draws a new head, the order of the examples and dropout

    A parse has a head of its own (`models.biaffine`): `transformers` loads the folder as its body, and
    the head's weights lie beside in parser.safetensors, for `models.predict`.
    """
    task = supervised(checkpoint, train, seed, widths=widths)
    name = named_by(
        "tune", checkpoint, train, dev, blind, epochs, learning_rate, batch_size, trains, widths, seed
    )  # fmt: skip
    learn(
        task,
        dev,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        trains=trains,
        seed=seed,
        name=name,
        blind=blind,
    )
    return write_whole(task.model, task.tokenizer)
