"""Supervised fine-tuning: examples with labels become batches, an objective and a score."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from accelerate.utils import send_to_device
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models.answering import (
    answer_batch,
    answer_targets,
    answerable,
    answers_right,
    asked,
)
from calque.models.batches import (
    Windows,
    aligned,
    buckets,
    collate,
    encode,
    longest,
    tag_targets,
)
from calque.models.biaffine import WIDTHS
from calque.models.folder import head_names, open_tokenizer
from calque.models.heads import TASKS, labels_of, task_of, with_head
from calque.models.parsing import check_trees, parse_loss, parse_right, parse_targets
from calque.models.reader import Still, reading
from calque.models.shuffled import shuffled
from calque.models.span_loss import span_loss
from calque.models.train import Stream
from calque.values import Checkpoint, Labelled
from calque.values.labelled import TASKS as COLUMNS

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

log = logging.getLogger(__name__)

_NONE = -100  # target of what has no label: padding, special pieces, all but the first of a word


@dataclass(frozen=True)
class Supervised:
    """A model with a head, and the examples that it is to learn from.

    task:    of the examples
    labels:  what the head tells apart, by index
    windows: of all examples
    targets: per window, one number (class, pair), one per piece (tags) or two per piece (parse), or the
             first and last piece (answer)
    """

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerFast"
    task: str
    labels: tuple[str, ...]
    windows: Windows
    targets: list[np.ndarray]

    @property
    def outer(self) -> list[str]:
        """Names of the parameters of the head, and of the pooler, which learns with it."""
        pooler = [name for name, _ in self.model.named_parameters() if ".pooler." in name]
        return [*head_names(self.model), *pooler]

    def stream(self, batch_size: int, still: Still | None = None) -> Stream:
        """The examples in another order each epoch, with cross-entropy.

        still: what the head is given of each window, if that stays (`read_once`); the body is then
               given one piece for a whole text
        """
        if batch_size < 1:
            raise BadSetting(f"models: batch_size must be at least 1, got {batch_size}")

        def make(rows: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
            if still is None:
                make_batch = answer_batch if self.task == "answer" else batch_of
                return make_batch(self.windows, self.targets, rows)
            piece = torch.zeros(len(rows), 1, dtype=torch.long)
            inputs = {"input_ids": piece, "attention_mask": torch.ones_like(piece)}
            wanted = torch.tensor([int(self.targets[row]) for row in rows])
            return {"inputs": inputs, "targets": wanted, "states": still.states[rows]}

        def objective(model: nn.Module, batch: dict[str, Any]) -> torch.Tensor:
            with nullcontext() if still is None else reading(still.reader, batch["states"]):
                return _LOSSES.get(self.task, cross_entropy)(model, batch)

        return Stream("labels", shuffled(self.windows.lengths, make, size=batch_size), objective)

    def right(self, examples: Labelled, tokens: int = 8192) -> float:
        """Share in [0, 1] of the labels, tags or heads with relations that the model now gets right.

        Heads are taken word by word, before they are made a tree; of answers those count that are the
        very words.
        """
        if self.task == "answer":
            maximum = longest(self.model, self.tokenizer)
            some = answerable(examples, "dev")
            return answers_right(self.model, self.tokenizer, some, maximum=maximum, tokens=tokens)
        windows, targets = _encoded(self.model, self.tokenizer, examples, self.labels)
        place = next(self.model.parameters()).device
        counts = np.zeros(2, dtype=np.int64)
        for rows in buckets(windows.lengths, tokens=tokens):
            batch: Any = send_to_device(batch_of(windows, targets, rows), place)
            counts += _RIGHT.get(self.task, _right)(self.model, batch)
        return counts[0] / max(counts[1], 1)


def supervised(
    checkpoint: Checkpoint,
    train: Labelled,
    seed: int,
    ready: Callable[["PreTrainedModel"], Any] | None = None,
    widths: Sequence[int] = WIDTHS,
) -> Supervised:
    """Open the model with a head for the labels that occur in `train`, and encode the examples.

    A head for this task that knows all these labels is kept, with the labels that it knows beyond
    them; otherwise the labels are sorted and the last layer is drawn from `seed`.

    ready:  is given the model before the examples are cut to the length that it takes
    widths: of a new parser's head (`with_head`)
    """
    check(train, "train")
    if train.task == "answer":
        train = answerable(train, "train")
    labels, own = train.labels, labels_of(checkpoint)
    if task_of(checkpoint) == train.task and set(labels) <= set(own):
        labels = own
    if len(labels) < 2 and train.task != "answer":
        raise BadValue(f"models.tune: train needs at least two labels, it has: {', '.join(labels)}")
    model = with_head(checkpoint, train.task, labels, widths=widths, seed=seed)
    config: Any = model.config
    labels = tuple(config.id2label[index] for index in range(len(labels)))
    if train.task == "answer":
        config.calque_unanswered = getattr(config, "calque_unanswered", False) or "" in train.gold
    tokenizer = open_tokenizer(checkpoint)
    if ready is not None:
        ready(model)
    windows, targets = _encoded(model, tokenizer, train, labels)
    return Supervised(model, tokenizer, train.task, labels, windows, targets)


def check(examples: Labelled, what: str) -> None:
    """BadValue where examples cannot be learned from or compared with."""
    if examples.task not in TASKS:
        raise BadSetting(
            f"models.tune: cannot train task '{examples.task}'; it can: {', '.join(TASKS)}"
        )
    if not len(examples):
        raise BadValue(f"models.tune: {what} has no examples")
    for name in COLUMNS[examples.task]:
        if (examples.task, name) == ("parse", "tags"):
            continue  # which are not looked at
        missing = examples.table[name].null_count
        if missing:
            row = examples.table[name].to_pylist().index(None)
            raise BadValue(
                f"models.tune: {missing} rows of {what} have no '{name}', the first is row {row}; "
                "leave them out"
            )
    if examples.task == "parse":
        check_trees(examples, what)


def check_dev(dev: Labelled, task: str, labels: Sequence[str]) -> None:
    """BadValue where development examples ask for what the head does not know."""
    if dev.task != task:
        raise BadValue(f"models.tune: train has task '{task}', dev '{dev.task}'")
    check(dev, "dev")
    if task == "answer":
        return
    said = dev.table["relations"].to_pylist() if task == "parse" else dev.gold
    counts = Counter(
        label
        for gold in said
        for label in ([gold] if isinstance(gold, str) else gold)
        if label is not None
    )
    unknown = [f"'{label}' ({counts[label]} times)" for label in counts if label not in set(labels)]
    if unknown:
        raise BadValue(
            f"models.tune: dev has labels that train lacks: {', '.join(sorted(unknown)[:5])}; "
            f"train has: {', '.join(labels)}"
        )


def _encoded(
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerFast",
    examples: Labelled,
    labels: Sequence[str],
) -> tuple[Windows, list[np.ndarray]]:
    number = {label: index for index, label in enumerate(labels)}
    maximum = longest(model, tokenizer)
    if examples.task in ("tags", "parse"):
        windows = encode(tokenizer, examples.table["words"].to_pylist(), maximum=maximum)
        if examples.task == "parse":
            return windows, parse_targets(windows, examples, labels)
        gold = [[_NONE if tag is None else number[tag] for tag in row] for row in examples.gold]
        return windows, tag_targets(windows, gold)
    if examples.task == "answer":
        questions = asked(tokenizer, examples, maximum=maximum)
        return questions.windows, answer_targets(questions, examples, "train")
    texts = examples.table["text"].to_pylist()
    seconds = examples.table["text_b"].to_pylist() if examples.task == "pair" else None
    windows = encode(tokenizer, texts, seconds, maximum=maximum)
    gold = np.array([number[label] for label in examples.gold], dtype=np.int64)
    return windows, list(gold[windows.owner])


def batch_of(
    windows: Windows, targets: list[np.ndarray], rows: Sequence[int] | np.ndarray
) -> dict[str, Any]:
    """Inputs of the model and targets, [b], [b, l] or [b, 2, l], of the windows at these positions."""
    if np.ndim(targets[0]) == 2:
        both: Any = [{row: targets[row][k] for row in rows} for k in range(2)]
        wanted = torch.stack([aligned(windows, rows, each, fill=_NONE) for each in both], dim=1)
    elif np.ndim(targets[0]):
        wanted = aligned(windows, rows, targets, fill=_NONE)
    else:
        wanted = torch.tensor([int(targets[row]) for row in rows])
    return {"inputs": collate(windows, rows), "targets": wanted}


def _right(model: nn.Module, batch: dict[str, Any]) -> tuple[int, int]:
    """How many labels or tags are right, and how many there are."""
    with torch.inference_mode():
        best = model(**batch["inputs"]).logits.argmax(-1)
    asked = batch["targets"] != _NONE
    return int((best == batch["targets"])[asked].sum()), int(asked.sum())


def cross_entropy(model: nn.Module, batch: dict[str, Any]) -> torch.Tensor:
    """Mean over the labels or tags of the batch; 0 where it has none."""
    logits = model(**batch["inputs"]).logits.float()
    wanted = batch["targets"]
    total = F.cross_entropy(
        logits.flatten(0, -2), wanted.flatten(), ignore_index=_NONE, reduction="sum"
    )
    return total / (wanted != _NONE).sum().clamp_min(1)


_LOSSES: dict[str, Callable[..., torch.Tensor]] = {"parse": parse_loss, "answer": span_loss}
_RIGHT = {"parse": parse_right}
