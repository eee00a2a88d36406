"""What a trained model says of examples, chunk by chunk."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from calque.errors import BadSetting, BadValue
from calque.maths.sparse import softmax
from calque.models.answering import answered, asked
from calque.models.batches import Windows, buckets, collate, encode, first_pieces, longest
from calque.models.folder import device, open_tokenizer
from calque.models.heads import TASKS
from calque.models.parsing import attachments, parsed
from calque.models.patched import patched_head
from calque.models.states import batch_pieces, shares_of
from calque.progress import track
from calque.values import Checkpoint, Labelled, Patch, Predictions

log = logging.getLogger(__name__)

_CHUNK = 8192  # examples cut into pieces at a time


def predictor(
    checkpoint: Checkpoint, task: str, patch: Patch | None = None, tokens: int | None = None
) -> Callable[[Labelled], Predictions]:
    """Open the model; what is given back predicts for any examples of the task, as `predict` does."""
    if task not in TASKS:
        raise BadSetting(
            f"models.predict: cannot predict task '{task}'; it can: {', '.join(TASKS)}"
        )
    head, classes = patched_head(checkpoint, patch, task)
    model: Any = head
    model.to(device())
    tokenizer = open_tokenizer(checkpoint)
    limits = longest(model, tokenizer), batch_pieces(tokens)
    return partial(_predicted, model, tokenizer, classes, limits)


def _predicted(
    model: Any,
    tokenizer: Any,
    classes: tuple[str, ...],
    limits: tuple[int, int],
    examples: Labelled,
) -> Predictions:
    maximum, size = limits
    starts = range(0, len(examples), _CHUNK)
    chunks = (examples.take(range(start, min(start + _CHUNK, len(examples)))) for start in starts)
    some = track(chunks, "predicting", total=len(starts))
    if examples.task == "answer":
        return _answers(model, tokenizer, some, maximum, size)
    if examples.task == "parse":
        return _parses(model, tokenizer, some, maximum, size, classes)
    found = [np.zeros((0, len(classes)), dtype=np.float32)]
    for chunk in some:
        windows = encode(tokenizer, *_inputs(chunk), maximum=maximum)
        found.append(_logits(model, windows, examples.task, _counts(chunk), size))
    logits = np.concatenate(found)
    if examples.task != "tags":
        labels = [classes[best] for best in logits.argmax(axis=1)]
        return Predictions(tuple(labels), classes, softmax(logits))
    return tags_of(logits, classes, _counts(examples))


def _parses(
    model: Any,
    tokenizer: Any,
    chunks: Iterable[Labelled],
    maximum: int,
    size: int,
    relations: tuple[str, ...],
) -> Predictions:
    heads, found, counts = [], [np.zeros((0, len(relations)), dtype=np.float32)], []
    for some in chunks:
        counts.append(_counts(some))
        windows = encode(tokenizer, *_inputs(some), maximum=maximum)
        made, shares = parsed(model, windows, counts[-1], relations, size)
        heads.append(made)
        found.append(shares)
    none = np.zeros(0, dtype=np.int64)
    trees, shares = attachments(
        np.concatenate([none, *heads]),
        np.concatenate(found),
        relations,
        np.concatenate([none, *counts]),
    )
    return Predictions(trees, relations, shares)


def _answers(
    model: Any, tokenizer: Any, chunks: Iterable[Labelled], maximum: int, size: int
) -> Predictions:
    answers: list[str] = []
    starts: list[int] = []
    for some in chunks:
        _check(some, ("question", "context"))
        made = answered(model, asked(tokenizer, some, maximum=maximum), some, size)
        answers += made[0]
        starts += made[1]
    return Predictions(tuple(answers), starts=tuple(starts))


def _inputs(examples: Labelled) -> tuple[list, list[str] | None]:
    names = {"class": ("text",), "pair": ("text", "text_b")}.get(examples.task, ("words",))
    _check(examples, names)
    first, *second = (examples.table[name].to_pylist() for name in names)
    return first, second[0] if second else None


def _check(examples: Labelled, names: Sequence[str]) -> None:
    for name in names:
        if examples.table[name].null_count:
            raise BadValue(f"models.predict: column '{name}' has missing values")


def _counts(examples: Labelled) -> np.ndarray:
    """Rows of logits per example: one, or one per word."""
    if examples.task not in ("tags", "parse"):
        return np.ones(len(examples), dtype=np.int64)
    return np.array([len(words) for words in examples.table["words"].to_pylist()], dtype=np.int64)


def _logits(model: Any, windows: Windows, task: str, counts: np.ndarray, size: int) -> np.ndarray:
    """Mean over windows [rows, c]; rows that no window has anything for are NaN."""
    starts = np.concatenate([[0], np.cumsum(counts)])
    totals = np.zeros((starts[-1], model.config.num_labels), dtype=np.float64)
    weights = np.zeros(starts[-1])
    shares = shares_of(windows)
    place = next(model.parameters()).device
    for batch in buckets(windows.lengths, tokens=size):
        inputs = {name: tensor.to(place) for name, tensor in collate(windows, batch).items()}
        with torch.inference_mode():
            logits = model(**inputs).logits.float().cpu().numpy()
        for at, window in enumerate(batch):
            row = starts[windows.owner[window]]
            if task == "tags":
                first = first_pieces(windows, window)
                rows = row + windows.words[window][first]
                share = shares[window][first]
                totals[rows] += logits[at, first] * share[:, None]
                weights[rows] += share
            else:
                totals[row] += logits[at]
                weights[row] += 1
    if not np.isfinite(totals).all():
        raise BadValue("models.predict: the logits are not finite; are the model's weights?")
    with np.errstate(invalid="ignore"):
        return (totals / weights[:, None]).astype(np.float32)


def tags_of(logits: np.ndarray, classes: tuple[str, ...], counts: np.ndarray) -> Predictions:
    """Tags from logits [words of all examples, c]; words that nothing was read of have NaN."""
    known = np.isfinite(logits[:, 0])
    logits = np.where(known[:, None], logits, 0)
    best = logits.argmax(axis=1)
    default = "O"
    if "O" not in classes:
        common = Counter(best[known].tolist()).most_common(1)
        default = classes[common[0][0] if common else 0]
    if not known.all():
        log.warning("%d words without pieces are tagged %s unseen", (~known).sum(), default)
    flat = [classes[index] if seen else default for index, seen in zip(best, known, strict=True)]
    ends = np.cumsum(counts)
    labels = tuple(tuple(flat[end - n : end]) for end, n in zip(ends, counts, strict=True))
    return Predictions(labels, classes, np.where(known[:, None], softmax(logits), 0))
