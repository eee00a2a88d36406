"""Batches of texts, each cut by one of many tokenizers drawn at random."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from calque.models.batches import aligned, collate, encode
from calque.models.causal import Reading, piece_before
from calque.models.guessing import hiding
from calque.models.piece_forms import Forms
from calque.models.random_tokenizers import RandomTokenizers
from calque.models.tokens import vocabulary_of, wrap

_WHERE = "models.tune_hypernetwork"
_POOL = 64  # tokenizers; to draw one takes as long as to learn from a batch
_OTHERS = 512  # pieces beside those of a batch, to be told apart from them


@dataclass(frozen=True)
class _Tokenizer:
    """A drawn tokenizer; the form of each piece [t, k]; the old id of those not to be made [t], or -1."""

    cutter: Any
    forms: np.ndarray
    copied: np.ndarray


class Drawn:
    """Makes the batches that a network learns from.

    size:    pieces of each drawn tokenizer
    longest: most old pieces of a form
    masker:  how pieces are hidden; None where the body's vectors under the old tokenizer are wanted
    causal:  whether each next piece is to be guessed instead
    merges:  whether tokenizers are of merges, not of substrings as in the paper
    maximum: most pieces of a text; what is longer loses its end
    """

    def __init__(
        self,
        tokenizer: Any,
        texts: Sequence[str],
        *,
        size: int,
        longest: int,
        masker: Callable[..., Any] | None,
        causal: bool = False,
        merges: bool = True,
        maximum: int,
        seed: int,
    ):
        self.tokenizer, self.texts, self.masker = tokenizer, texts, masker
        self.longest, self.maximum, self.seed = longest, maximum, seed
        self.causal, self.merges = causal, merges
        self.old = vocabulary_of(tokenizer)
        self.forms = Forms(self.old)
        self.draws = RandomTokenizers(self.old, texts, size, np.random.default_rng((seed, _POOL)))
        self.pool: dict[int, _Tokenizer] = {}

    def batch(self, rows: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        """Inputs in numbers of the pieces that occur, and the forms of those.

        local [b, l]: which of the u pieces stands where; mask [b, l]; forms [u, k]; copied [u];
        stands [u]: the logarithm of how many pieces each stands for, itself and those left out;
        with a masker places [m] and targets [m], of the u pieces too; of a causal body targets [b, l],
        -100 where there is none; without either, old: the inputs as the old tokenizer cuts them
        """
        drawn = self._drawn(int(generator.integers(_POOL)))
        some = [self.texts[row] for row in rows]
        windows = encode(drawn.cutter, some, maximum=self.maximum)
        firsts = np.flatnonzero(windows.start == 0)
        targets = np.zeros(0, dtype=np.int64)
        if self.causal:
            start = piece_before(drawn.cutter, _WHERE)
            inputs = Reading(windows, start, None, 0, self.maximum + 1).batch(firsts)
            targets = inputs["targets"].numpy()
        else:
            inputs = collate(windows, firsts)
        batch: dict[str, Any] = {"mask": inputs["attention_mask"]}
        if self.masker is None and not self.causal:
            old = encode(self.tokenizer, some, maximum=self.maximum)
            batch["old"] = collate(old, np.flatnonzero(old.start == 0))
        if self.masker is not None:
            hides = hiding(drawn.cutter, self.masker, _WHERE)
            words = aligned(windows, firsts, windows.words, fill=-1).numpy()
            hidden = hides.batch(inputs, words, generator)
            inputs, targets = hidden["inputs"], hidden["targets"].numpy()
            batch["places"] = hidden["places"]
        ids = inputs["input_ids"].numpy()
        used = np.unique(np.concatenate([ids.ravel(), targets[targets >= 0]]))
        stands = np.zeros(len(used), dtype=np.float32)
        if self.masker is not None or self.causal:
            others = np.setdiff1d(np.arange(len(drawn.copied)), used)
            some = generator.permutation(others)[:_OTHERS]
            used = np.concatenate([used, some])
            each = math.log(max(1, len(others)) / max(1, len(some)))
            stands = np.pad(stands, (0, len(some)), constant_values=each)
        local = np.zeros(len(drawn.copied), dtype=np.int64)
        local[used] = np.arange(len(used))
        forms = drawn.forms[used]
        width = max(1, int((forms >= 0).sum(axis=1).max(initial=1)))
        return batch | {
            "local": torch.from_numpy(local[ids]),
            "targets": torch.from_numpy(np.where(targets >= 0, local[targets], targets)),
            "forms": torch.from_numpy(forms[:, :width].astype(np.int64)),
            "copied": torch.from_numpy(drawn.copied[used]),
            "stands": torch.from_numpy(stands),
        }

    def _drawn(self, number: int) -> _Tokenizer:
        """Made when it is first asked for, always the same for its number."""
        if number not in self.pool:
            draw = self.draws.merges if self.merges else self.draws.substrings
            new = draw(np.random.default_rng((self.seed, number)))
            texts = ["" if piece in self.draws.roles else piece for piece in new.pieces]
            forms = self.forms.matrix(self.draws.readable(texts), self.longest)
            forms = forms.astype(np.int32)  # as many as tokenizers
            self.pool[number] = _Tokenizer(
                wrap(new, self.tokenizer, ["input_ids", "attention_mask"]),
                forms,
                kept(forms, new.special_from(self.old), self.old.role_id("unk")),
            )
        return self.pool[number]


def kept(forms: np.ndarray, special: dict[int, int | None], unknown: int | None) -> np.ndarray:
    """[t] the old id of pieces whose row is not made: special ones by role, without a form the unknown one.

    -1 for all others, and where there is no such old piece.
    """
    copied = np.where(forms[:, 0] < 0, -1 if unknown is None else unknown, -1)
    for row, source in special.items():
        if source is not None:
            copied[row] = source
    return copied
