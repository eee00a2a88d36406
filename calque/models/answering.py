"""Questions about contexts of any length: the windows that a model reads, and the span that it answers with.

Source: Devlin et al. 2019, sections 4.2 and 4.3, https://arxiv.org/abs/1810.04805
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from calque.errors import BadValue
from calque.languages.clusters import whole_characters
from calque.maths.spans import best_spans
from calque.models.batches import Windows, aligned, buckets, collate, encode
from calque.models.layout import layout_of
from calque.models.span_loss import allowed
from calque.values import Labelled

log = logging.getLogger(__name__)

_OVERLAP = 128  # pieces that neighboring windows share at most, as in the authors' code
_LONGEST = 64  # pieces of an answer
_FAR = 1_000_000  # contexts are cut when windows are made, not before


@dataclass(frozen=True)
class Asked:
    """Inputs [CLS] question [SEP] context [SEP], several for one question where the context is long.

    windows: `owner` is the question, `words` the piece of the context, -1 for all else
    offsets: per question [k, 2] first character and the one after the last of each piece of its context
    """

    windows: Windows
    offsets: list[np.ndarray]


def asked(tokenizer: Any, examples: Labelled, *, maximum: int) -> Asked:
    """Put each question before its context, window by window.

    maximum: most pieces of a window, special ones included

    Windows share 128 pieces of the context, or half of what they hold of it. A question that would
    fill more than half of a window loses its end, counted in a warning.
    """
    columns = (examples.table[name].to_pylist() for name in ("question", "context"))
    questions, contexts = columns
    distinct = {context: place for place, context in enumerate(dict.fromkeys(contexts))}
    cut = encode(tokenizer, questions, maximum=_FAR, windows=False)
    layout = layout_of(tokenizer, maximum=maximum, pad=cut.pad)
    if not len(layout.special[0]):
        raise BadValue("models: the tokenizer puts no piece before a text to answer 'none' with")
    read = _pieces(tokenizer, list(distinct))
    first, second, marks, owner, shortened = [], [], [], [], 0
    for number, context in enumerate(contexts):
        ids = cut.ids[number][cut.words[number] >= 0]
        pieces = read[distinct[context]][0]
        if len(ids) + len(pieces) > layout.room and len(ids) > layout.room // 2:
            ids, shortened = ids[: layout.room // 2], shortened + 1
        width = layout.room - len(ids)
        for start in _starts(len(pieces), width):
            first.append(ids)
            second.append(pieces[start : start + width])
            marks.append(np.arange(start, min(start + width, len(pieces))))
            owner.append(number)
    if shortened:
        log.warning("%d questions fill more than half a window and lose their end", shortened)
    windows = layout.join(first, second, ([np.full(len(one), -1) for one in first], marks))
    windows = replace(windows, owner=np.array(owner, dtype=np.int64), inputs=len(questions))
    return Asked(windows, [read[distinct[context]][1] for context in contexts])


def _pieces(tokenizer: Any, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ids [k] and character offsets [k, 2] of each text's pieces."""
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    cut = backend.encode_batch(list(texts), add_special_tokens=False)
    return [
        (np.array(one.ids, dtype=np.int64), np.array(one.offsets, dtype=np.int64).reshape(-1, 2))
        for one in cut
    ]


def _starts(pieces: int, width: int) -> list[int]:
    """Where the windows over a context begin; the last one ends with it."""
    last = max(0, pieces - width)
    step = width - min(_OVERLAP, width // 2)
    return [*range(0, last, step), last]


def answerable(examples: Labelled, what: str) -> Labelled:
    """The examples whose answer stands in its context, or that say that there is none.

    Answers that stand nowhere (start -1) are left out, counted in a warning; BadValue where one does
    not stand where it is said to.
    """
    columns = (examples.table[name].to_pylist() for name in ("context", "answer", "start"))
    kept = []
    for row, (context, answer, start) in enumerate(zip(*columns, strict=True)):
        if start >= 0 and not context.startswith(answer, start):
            raise BadValue(
                f"models.tune: row {row} of {what}: the answer {answer!a} does not stand at character {start}"
            )
        if start >= 0 or not answer:
            kept.append(row)
    if len(kept) < len(examples):
        lost = len(examples) - len(kept)
        log.warning("%s: %d answers stand nowhere in their context and are left out", what, lost)
    return examples if len(kept) == len(examples) else examples.take(kept)


def answer_targets(questions: Asked, examples: Labelled, what: str) -> list[np.ndarray]:
    """Per window the first and last piece of the answer [2]; 0 where the window does not hold all of it."""
    windows, spans = questions.windows, []
    columns = (examples.table[name].to_pylist() for name in ("answer", "start"))
    for (answer, start), offsets in zip(zip(*columns, strict=True), questions.offsets, strict=True):
        inside = (offsets[:, 1] > start) & (offsets[:, 0] < start + len(answer or ""))
        spans.append(np.flatnonzero(inside & (offsets[:, 1] > offsets[:, 0]) & (start >= 0)))
    targets, found = [], np.zeros(len(spans), dtype=bool)
    for words, owner in zip(windows.words, windows.owner, strict=True):
        span = spans[owner]
        places = np.flatnonzero(np.isin(words, span[[0, -1]])) if len(span) else span
        whole = len(places) == min(len(span), 2) > 0
        found[owner] |= whole
        targets.append(np.array([places[0], places[-1]] if whole else [0, 0]))
    lost = sum(bool(answer) for answer in examples.gold) - int(found.sum())
    if lost:
        log.warning("%s: %d answers have no pieces, or more than fit a window", what, lost)
    return targets


def answer_batch(
    windows: Windows, targets: Sequence[np.ndarray], rows: np.ndarray
) -> dict[str, Any]:
    """Inputs, where an answer may stand [b, l], and where it does [b, 2]."""
    return {
        "inputs": collate(windows, rows),
        "allowed": allowed(aligned(windows, rows, windows.words, fill=-1)),
        "ends": torch.from_numpy(np.stack([targets[row] for row in rows])),
    }


def answered(
    model: Any, questions: Asked, examples: Labelled, tokens: int
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The likeliest answer of each question over all its windows, and its first character; "" and -1 for none.

    A span's score is the logarithm of its chance to begin times its chance to end where it does,
    among all places of its window and none. None wins where the model has learned that questions may
    have no answer, and no window speaks against it more than the best span speaks for itself.
    """
    windows = questions.windows
    score, null = np.full(windows.inputs, -np.inf), np.full(windows.inputs, np.inf)
    span = np.full((windows.inputs, 2), -1)
    place = next(model.parameters()).device
    for rows in buckets(windows.lengths, tokens=tokens):
        inputs = {name: tensor.to(place) for name, tensor in collate(windows, rows).items()}
        words = aligned(windows, rows, windows.words, fill=-1)
        with torch.inference_mode():
            made = model(**inputs)
        outside = ~allowed(words)
        start, end = (
            each.float().cpu().masked_fill(outside, -torch.inf).log_softmax(-1).numpy()
            for each in (made.start_logits, made.end_logits)
        )
        if np.isnan(start).any() or np.isnan(end).any():
            raise BadValue("models.predict: the logits are not finite; are the model's weights?")
        none = start[:, 0] + end[:, 0]
        least = np.full(len(rows), -1e30)  # any span is better: none is compared below
        first, last, _ = best_spans(_inner(start), _inner(end), least, longest=_LONGEST)
        for at, owner in enumerate(windows.owner[rows]):
            null[owner] = min(null[owner], none[at])
            if first[at] < 0:
                continue  # a context without pieces
            sure = float(start[at, first[at]] + end[at, last[at]])
            if sure > score[owner]:
                score[owner] = sure
                span[owner] = words[at, first[at]], words[at, last[at]]
    if getattr(model.config, "calque_unanswered", False):
        span[null > score] = -1
    return _texts(questions, examples, span)


def _inner(scores: np.ndarray) -> np.ndarray:
    inner = scores.copy()
    inner[:, 0] = -np.inf
    return inner


def _texts(
    questions: Asked, examples: Labelled, spans: np.ndarray
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    texts, starts = [], []
    contexts = examples.table["context"].to_pylist()
    for context, offsets, (first, last) in zip(contexts, questions.offsets, spans, strict=True):
        begin = end = -1
        if first >= 0:
            begin, end = whole_characters(context, int(offsets[first, 0]), int(offsets[last, 1]))
        texts.append(context[begin:end] if begin < end else "")
        starts.append(begin if begin < end else -1)
    return tuple(texts), tuple(starts)


def answers_right(
    model: Any, tokenizer: Any, examples: Labelled, *, maximum: int, tokens: int
) -> float:
    """Share of the questions in [0, 1] that are answered with the very words."""
    made, _ = answered(model, asked(tokenizer, examples, maximum=maximum), examples, tokens)
    return float(np.mean([one == gold for one, gold in zip(made, examples.gold, strict=True)]))
