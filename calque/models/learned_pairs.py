"""Sentence pairs as a model learns to translate them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from calque.models.batches import Windows
from calque.models.corpus import encode_corpus
from calque.models.shuffled import shuffled
from calque.models.train import Stream
from calque.models.translating import Translator, Way, filled
from calque.values import Bitext

log = logging.getLogger(__name__)

NONE = -100  # target of padding


@dataclass(frozen=True)
class _Direction:
    """One way through a bitext: what stands where, and the marks of its languages."""

    source: Windows
    target: Windows
    source_place: np.ndarray
    target_place: np.ndarray
    way: Way


@dataclass(frozen=True)
class Pairs:
    """All pairs that can be learned, by number.

    which:   [n] direction; source, target: [n] windows of either side; lengths: [n] pieces of the longer
    """

    translator: Translator
    directions: list[_Direction]
    which: np.ndarray
    source: np.ndarray
    target: np.ndarray
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.which)

    @classmethod
    def of(cls, translator: Translator, bitexts: list[Bitext], both: bool, where: str) -> "Pairs":
        """Pairs with one whole text on both sides, in one direction or both; others are counted in the log."""
        directions, columns, left = [], [], 0
        added = translator.tokenizer.num_special_tokens_to_add()
        for bitext in bitexts:
            sides = [
                encode_corpus(translator.tokenizer, one, maximum=translator.room + added)
                for one in (bitext.sources, bitext.targets)
            ]
            rows = _whole(sides[0], sides[1])
            left += len(bitext) - len(rows[0])
            lengths = np.maximum(*(one.lengths[own] for one, own in zip(sides, rows, strict=True)))
            for way in (0, 1) if both else (0,):
                languages = (bitext.source, bitext.target)
                directions.append(_direction(translator, sides, languages, way, where))
                number = np.full(len(lengths), len(directions) - 1)
                columns.append(np.stack([number, rows[way], rows[1 - way], lengths + 2]))
        if left:
            log.warning(
                "%s: %d sentence pairs have an empty side or one of more than %d pieces and are left out",
                where,
                left,
                translator.room,
            )
        return cls(translator, directions, *np.concatenate([np.zeros((4, 0), int), *columns], 1))

    def batch(self, numbers: np.ndarray) -> dict[str, torch.Tensor]:
        """What the model reads, what it has written so far, and what it is to write next [b, l]."""
        ways, sources, targets = [], [], []
        for number in numbers.tolist():
            own = self.directions[self.which[number]]
            ways.append(own.way)
            sources.append(own.source_place[_ordinary(own.source, self.source[number])])
            targets.append(own.target_place[_ordinary(own.target, self.target[number])])
        return lessons(self.translator, ways, sources, targets)


def lessons(
    own: Translator, ways: Sequence[Way], sources: list[np.ndarray], targets: list[np.ndarray]
) -> dict[str, torch.Tensor]:
    """What the model reads, what it has written so far, and what it is to write next [b, l]."""
    reads, before, after = [], [], []
    for way, source, target in zip(ways, sources, targets, strict=True):
        reads.append(way.reads(source, own.end))
        before.append(np.concatenate([[own.start, *way.first], target]))
        # the model is told what it begins with, and need not guess it
        after.append(np.concatenate([np.full(len(way.first), NONE), target, [own.end]]))
    return own.inputs(reads) | {
        "decoder_input_ids": torch.from_numpy(filled(before, own.pad, own.longest)),
        "targets": torch.from_numpy(filled(after, NONE, own.longest)),
    }


def _direction(
    translator: Translator, sides: list[Windows], languages: tuple[str, str], way: int, where: str
) -> _Direction:
    places = [translator.place(language) for language in languages]
    return _Direction(
        sides[way],
        sides[1 - way],
        places[way],
        places[1 - way],
        translator.way(languages[way], languages[1 - way], where),
    )


def _whole(source: Windows, target: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Windows of the texts that have exactly one on both sides."""
    first, second = (
        np.flatnonzero(np.bincount(one.owner, minlength=1) == 1) for one in (source, target)
    )
    kept = np.intersect1d(first, second)
    return np.searchsorted(source.owner, kept), np.searchsorted(target.owner, kept)


def _ordinary(windows: Windows, row: int) -> np.ndarray:
    return windows.ids[row][windows.words[row] >= 0]


def stream(pairs: Pairs, tokens: int, smoothing: float) -> Stream:
    """All pairs in another order each epoch.

    tokens:    most pieces of one side of a batch, padding included
    smoothing: share of each target that is spread over all pieces
    """

    def make(rows: np.ndarray, _generator: np.random.Generator) -> dict[str, torch.Tensor]:
        return pairs.batch(rows)

    def objective(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return loss(model, batch, smoothing)

    return Stream("translations", shuffled(pairs.lengths, make, tokens=tokens), objective)


def loss(model: Any, batch: dict[str, torch.Tensor], smoothing: float) -> torch.Tensor:
    """Mean cross-entropy, in nats, of the pieces of the targets and their ends."""
    inputs = {name: tensor for name, tensor in batch.items() if name != "targets"}
    return cross_entropy(model(**inputs, use_cache=False).logits, batch["targets"], smoothing)


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor, smoothing: float) -> torch.Tensor:
    """Mean over all pieces but padding [b, l], of logits [b, l, t]."""
    return F.cross_entropy(
        logits.float().flatten(0, 1),
        targets.flatten(),
        ignore_index=NONE,
        label_smoothing=smoothing,
    )
