"""Two sequences of pieces as one input, put together as the tokenizer would."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.models.batches import Windows

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


Marks = tuple[Sequence[np.ndarray], Sequence[np.ndarray]]
Types = tuple[np.ndarray, int, np.ndarray, int, np.ndarray]


@dataclass(frozen=True)
class Layout:
    """The special pieces of a pair of texts.

    special: ids before the first text, between both, and behind the second
    types:   segment of those and of the texts, in the order in which they stand; None where the
             model knows no segments
    room:    most ordinary pieces
    """

    special: tuple[np.ndarray, np.ndarray, np.ndarray]
    types: Types | None
    room: int
    maximum: int
    pad: int

    def join(
        self, firsts: Sequence[np.ndarray], seconds: Sequence[np.ndarray], marks: Marks
    ) -> Windows:
        """Inputs [CLS] first [SEP] second [SEP], one per pair, which must fit in `room`.

        marks: per pair a number for each piece of the first and of the second, kept as `words`;
               special pieces get -1
        """
        before, between, behind = self.special
        pairs = list(zip(firsts, seconds, strict=True))
        none = [np.full(len(part), -1) for part in self.special]
        ids = [np.concatenate([before, x, between, y, behind]) for x, y in pairs]
        words = [
            np.concatenate([none[0], x, none[1], y, none[2]]) for x, y in zip(*marks, strict=True)
        ]
        types = None
        if self.types is not None:
            types = [_types(self.types, len(x), len(y)) for x, y in pairs]
        return Windows(
            ids=ids,
            types=types,
            words=words,
            start=np.zeros(len(ids), dtype=np.int64),
            owner=np.arange(len(ids)),
            inputs=len(ids),
            empty=[],
            maximum=self.maximum,
            pad=self.pad,
        )


def layout_of(tokenizer: "PreTrainedTokenizerFast", *, maximum: int, pad: int) -> Layout:
    """See where the tokenizer puts special pieces around a pair of texts.

    maximum: most pieces that the model takes, special ones included
    """
    backend: Any = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    seen = backend.encode("a", "b")
    sides = np.array([-1 if side is None else side for side in seen.sequence_ids])
    if not ((sides == 0).any() and (sides == 1).any()):
        raise BadValue(f"models: the tokenizer of {tokenizer.name_or_path} has no piece for 'a'")
    ids, types = np.array(seen.ids), np.array(seen.type_ids)
    first, second = (np.flatnonzero(sides == side) for side in (0, 1))
    gaps = (
        slice(0, first[0]),
        slice(first[-1] + 1, second[0]),
        slice(second[-1] + 1, len(ids)),
    )
    before, between, behind = (types[gap] for gap in gaps)
    room = maximum - int((sides < 0).sum())
    if room < 4:
        raise BadSetting(f"models: windows of {maximum} pieces leave no room for two texts")
    return Layout(
        special=(ids[gaps[0]], ids[gaps[1]], ids[gaps[2]]),
        types=(before, int(types[first[0]]), between, int(types[second[0]]), behind)
        if "token_type_ids" in tokenizer.model_input_names
        else None,
        room=room,
        maximum=maximum,
        pad=pad,
    )


def _types(types: Types, m: int, n: int) -> np.ndarray:
    before, first, between, second, behind = types
    return np.concatenate([before, np.full(m, first), between, np.full(n, second), behind])


def shortened(first: int, second: int, room: int) -> tuple[int, int]:
    """How many pieces of either side fit: both whole, or the longer one cut, half the room at most."""
    if first + second <= room:
        return first, second
    half = room // 2
    first = min(first, max(half, room - second))
    return first, min(second, room - first)
