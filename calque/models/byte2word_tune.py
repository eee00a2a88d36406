"""Supervised fine-tuning of a model that reads words from bytes.

Source: Lee et al. 2022, "Word-Level Representation From Bytes For Language Modeling",
https://arxiv.org/abs/2211.12677
"""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.errors import BadSetting, BadValue
from calque.models.shuffled import shuffled
from calque.models.supervised import check
from calque.models.train import Stream
from calque.models.train import train as run
from calque.models.whole import named_by
from calque.models.wordwise import TASKS, examined, open_words, write
from calque.roles import part
from calque.values import Checkpoint, Labelled


@part(paper="byte2word")
def byte2word_tune(
    checkpoint: Checkpoint,
    train: Labelled,
    *,
    epochs: int = 3,
    learning_rate: float = 5e-4,
    batch_size: int = 16,
    seed: int = 0,
) -> Checkpoint:
    """Train body and head on texts, or pairs of texts, with a label each.

    A head for this task and exactly these labels is kept; any other is drawn anew.

    checkpoint: as `models.byte2word` or `models.byte2word_masked` makes it
    train:      examples of the task class or pair; texts longer than the model takes are learned by
                windows, pairs lose the end of their longer side
    """
    if train.task not in TASKS:
        raise BadSetting(f"models.byte2word_tune: task '{train.task}'; it can: {', '.join(TASKS)}")
    check(train, "train")
    labels = train.labels
    if len(labels) < 2:
        raise BadValue(f"models.byte2word_tune: train has {len(labels)} label; it needs two")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        named = {str(number): label for number, label in enumerate(labels)}
        model, vocabulary = open_words(checkpoint, id2label=named, calque_task=train.task)
    lexicon = examined(train, model.config["longest"])
    number = {label: index for index, label in enumerate(labels)}
    gold = np.array([number[label] for label in train.gold])[lexicon.owner]

    def make(rows: np.ndarray, _generator: np.random.Generator) -> dict[str, torch.Tensor]:
        return lexicon.batch(lexicon.padded(rows)) | {"gold": torch.from_numpy(gold[rows])}

    def objective(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return F.cross_entropy(model.logits(batch).float(), batch["gold"])

    run(
        model,
        [Stream("labels", shuffled(lexicon.lengths, make, size=batch_size), objective)],
        epochs=epochs,
        learning_rate=learning_rate,
        trains=r"^(front|body|classifier)\b",
        seed=seed,
        name=named_by("byte2word", checkpoint, train, epochs, learning_rate, batch_size, seed),
    )
    return write(model, vocabulary)
