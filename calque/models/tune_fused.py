"""Fine-tuning on texts beside their translations, and on what a first such model says of the translations.

Source: Fang et al. 2020, "FILTER", sections 3.2 and 3.3, https://arxiv.org/abs/2009.05166
"""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models.batches import first_pieces
from calque.models.folder import open_tokenizer
from calque.models.fusing import encoded, fused, inputs_of, pair_lengths
from calque.models.heads import labels_of, task_of, with_head
from calque.models.shuffled import shuffled
from calque.models.supervised import check
from calque.models.train import Stream
from calque.models.train import train as run
from calque.models.whole import named_by, write_whole
from calque.roles import part
from calque.values import Checkpoint, Labelled, Predictions


@part(paper="filter")
def tune_fused(
    checkpoint: Checkpoint,
    train: Labelled,
    translations: Labelled,
    teacher: Predictions | None = None,
    *,
    layers: tuple[int, int] = (1, 10),
    teaching: float = 0.5,
    epochs: int = 3,
    learning_rate: float | dict[str, float] = 5e-5,
    batch_size: int = 16,
    seed: int = 0,
) -> Checkpoint:
    """Train body and head on examples that see their translations in some layers.

    The label of a text or pair holds for its translation too; the tags of words do not, so translations of
    tagged sentences are learned from the teacher alone. `models.predict_fused` reads with the same layers.

    checkpoint:   a body, or a model whose head knows the labels of `train`
    train:        examples of the task class, pair or tags
    translations: row i translates row i of `train`; labels are not looked at
    teacher:      what a first model of this kind said of the translations (`models.predict_fused`), with
                  probabilities: self-teaching; None for the first
    layers:       how many at the bottom read each side alone and how many above them both; the paper took (1,
                  10) of 24 for texts and about twice as many together for tags and answers
    teaching:     weight of the divergence from the teacher, in nats, beside the labels' cross-entropy
    """
    if teaching < 0:
        raise BadSetting(f"models.tune_fused: teaching must not be negative, got {teaching}")
    check(train, "train")
    own = labels_of(checkpoint)
    labels = (
        own if task_of(checkpoint) == train.task and {*train.labels} <= {*own} else train.labels
    )
    model: Any = with_head(checkpoint, train.task, labels, seed=seed)
    labels = tuple(model.config.id2label[index] for index in range(len(labels)))
    model.config.calque_fused = list(layers)
    tokenizer = open_tokenizer(checkpoint)
    windows = encoded(model, tokenizer, train, translations)
    gold = _numbers(train, labels)
    soft = None if teacher is None else _soft(teacher, translations, labels)
    tagged, count = train.task == "tags", len(train)
    places = [_places(windows, row, tagged) for row in range(2 * count)]

    def make(rows: np.ndarray, _generator: np.random.Generator) -> dict[str, Any]:
        batch: dict[str, Any] = {"inputs": inputs_of(windows, rows)}
        here = [places[row] for row in rows]
        there = [places[row] for row in rows + count]
        wanted = [gold[row][words] for row, (_, words) in zip(rows, here, strict=True)]
        batch["at"] = _rows(here)
        batch["gold"] = torch.from_numpy(np.concatenate(wanted))
        batch["beside"] = _rows(there)
        if soft is not None:
            said = [soft[row][words] for row, (_, words) in zip(rows, there, strict=True)]
            batch["soft"] = torch.from_numpy(np.concatenate(said))
        return batch

    def objective(model: nn.Module, batch: dict[str, Any]) -> torch.Tensor:
        with fused(model, layers):
            logits = model(**batch["inputs"]).logits.float()
        logits = logits if tagged else logits.unsqueeze(1)
        source, target = logits.chunk(2)
        source, target = source[tuple(batch["at"])], target[tuple(batch["beside"])]
        loss = F.cross_entropy(source, batch["gold"])
        if not tagged:
            loss = loss + F.cross_entropy(target, batch["gold"])
        if "soft" in batch and len(target):
            told = F.log_softmax(target, dim=-1)
            loss = loss + teaching * F.kl_div(told, batch["soft"], reduction="batchmean")
        return loss

    run(
        model,
        [Stream("labels", shuffled(pair_lengths(windows), make, size=batch_size), objective)],
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        name=named_by(
            "fused", checkpoint, train, translations, teacher, layers, teaching, epochs,
            learning_rate, batch_size, seed,
        ),
    )  # fmt: skip
    return write_whole(model, tokenizer)


def _numbers(train: Labelled, labels: tuple[str, ...]) -> list[np.ndarray]:
    number = {label: index for index, label in enumerate(labels)}
    rows = train.gold if train.task == "tags" else [[label] for label in train.gold]
    return [np.array([number[label] for label in row], dtype=np.int64) for row in rows]


def _soft(teacher: Predictions, examples: Labelled, labels: tuple[str, ...]) -> list[np.ndarray]:
    """Per example, the teacher's probabilities of its label, or of each word's, in the head's order."""
    tagged = examples.task == "tags"
    counts = (
        [len(words) for words in examples.table["words"].to_pylist()]
        if tagged
        else [1] * len(examples)
    )
    if teacher.probabilities is None or {*teacher.classes} != {*labels}:
        raise BadValue(
            f"models.tune_fused: the teacher needs probabilities of {', '.join(labels)}; it tells apart "
            f"{', '.join(teacher.classes)}, {'with' if teacher.probabilities is not None else 'without'} them"
        )
    if len(teacher.probabilities) != sum(counts):
        raise BadValue(
            f"models.tune_fused: the teacher spoke of {len(teacher.probabilities)} labels, the translations "
            f"have {sum(counts)}"
        )
    order = [teacher.classes.index(label) for label in labels]
    table = teacher.probabilities[:, order].astype(np.float32)
    return np.split(table, np.cumsum(counts)[:-1])


def _places(windows: Any, row: int, tagged: bool) -> tuple[np.ndarray, np.ndarray]:
    """Columns of the logits that answer, and the words that they answer for."""
    if not tagged:
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    columns = first_pieces(windows, row)
    return columns, windows.words[row][columns]


def _rows(places: list[tuple[np.ndarray, np.ndarray]]) -> torch.Tensor:
    """[2, k] row of the batch and column of every answer."""
    rows = np.repeat(np.arange(len(places)), [len(columns) for columns, _ in places])
    return torch.from_numpy(np.stack([rows, np.concatenate([columns for columns, _ in places])]))
