"""Both sides of a bitext through an encoder at once: a grid of similarities per sentence pair."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pyarrow.compute as pc

from calque.errors import BadSetting
from calque.languages.words import words_of
from calque.models.batches import Windows, encode
from calque.models.states import Encoder, layer_count
from calque.models.units import Unit, check_unit, unit_states
from calque.progress import track
from calque.values import Bitext

log = logging.getLogger(__name__)

Measure = Literal["cosine", "centered", "dot"]
_MEASURES = ("cosine", "centered", "dot")
_BYTES = 2**18  # of text encoded at a time, some thousand pairs: a corpus larger than memory flows
_PAIRS = 4096  # where sentences are short or empty


@dataclass(frozen=True)
class PairGrid:
    """Similarities between the units of a sentence pair that have pieces.

    grid:    [r, c] float32
    rows, columns: [r], [c]  the word that each unit belongs to
    size:    (m, n) words on either side
    lengths: [r], [c]  of the units' vectors, after the mean is taken off where it is
    """

    grid: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    size: tuple[int, int]
    lengths: tuple[np.ndarray, np.ndarray]


def pair_grids(
    bitext: Bitext,
    encoder: Encoder,
    *,
    where: str,
    layers: int | Sequence[int] | None,
    unit: Unit,
    measure: Measure,
    tokens: int | None,
) -> Iterator[list[PairGrid]]:
    """Per sentence pair, in order, its grid behind each of the layers.

    encoder: as `open_encoder` gives it
    where:   the part that asks, named in errors and in the log
    layers:  a layer; the layers [a list]; or None for the one at two thirds of the stack
    measure: "cosine"; "centered", cosine after each side's mean over the first thousand or so
             pairs is taken off; or "dot"
    """
    check_unit(unit, where)
    if measure not in _MEASURES:
        names = ", ".join(f"'{name}'" for name in _MEASURES)
        raise BadSetting(f"{where}: measure is one of {names}, got '{measure}'")
    model, tokenizer, maximum = encoder
    if layers is None:
        layers = usual_layer(layer_count(model))
    count = 1 if isinstance(layers, int) else len(layers)
    means, tally = None, _Tally()
    for start, some in chunks(bitext):
        sides = words_of_sides(some)
        both = [*sides[0], *sides[1]]
        windows = encode(tokenizer, both, maximum=maximum, report=False)
        tally.add(windows, both, start)
        found = unit_states(model, windows, unit=unit, layer=layers, tokens=tokens)
        halves = found[: len(sides[0])], found[len(sides[0]) :]
        if measure == "centered" and means is None:
            means = tuple(_mean(half) for half in halves)
        for pair, one, other in zip(zip(*sides, strict=True), *halves, strict=True):
            vectors = [
                _prepared(v, measure, count, None if means is None else means[at])
                for at, v in enumerate((one[0], other[0]))
            ]
            size = (len(pair[0]), len(pair[1]))
            yield [
                PairGrid(x @ y.T, one[1], other[1], size, (x_lengths, y_lengths))
                for (x, x_lengths), (y, y_lengths) in zip(*vectors, strict=True)
            ]
    tally.tell(where, maximum)


def words_of_sides(bitext: Bitext) -> list[list[list[str]]]:
    """Words of the source sentences, and of the target sentences."""
    return [
        [words_of(text, bitext.tokenized) for text in texts]
        for texts in (bitext.sources, bitext.targets)
    ]


def usual_layer(count: int) -> int:
    """Two thirds of the stack: 4 of 6, 8 of 12, 16 of 24, where words align best as a rule."""
    return round(2 * count / 3)


def chunks(bitext: Bitext) -> Iterator[tuple[int, Bitext]]:
    """Some thousand pairs at a time, fewer where they are long, with the number of the first."""
    total = np.zeros(len(bitext), dtype=np.int64)
    for side in ("source", "target"):
        total += pc.call_function("binary_length", [bitext.table[side]]).to_numpy()
    total = np.cumsum(total)
    bounds = [0]
    while bounds[-1] < len(bitext):
        start = bounds[-1]
        before = int(total[start - 1]) if start else 0
        end = int(np.searchsorted(total, before + _BYTES, side="right"))
        bounds.append(min(max(end, start + 1), start + _PAIRS, len(bitext)))
    for start, end in track(list(pairwise(bounds)), "aligning"):
        yield start, replace(bitext, table=bitext.table.slice(start, end - start))


def _mean(half: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    rows = np.concatenate([vectors for vectors, _ in half])
    return rows.sum(axis=0, dtype=np.float64) / max(len(rows), 1)  # a side may have no words


def _prepared(
    vectors: np.ndarray, measure: Measure, count: int, mean: np.ndarray | None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Per layer rows [r, d], such that dot products are the similarities, and their lengths [r] before."""
    if mean is not None:
        vectors = (vectors - mean).astype(np.float32)
    made = []
    for rows in np.split(vectors, count, axis=1):
        lengths = np.linalg.norm(rows, axis=1)
        if measure != "dot":
            rows = rows / np.where(lengths > 0, lengths, 1)[:, None]
        made.append((rows, lengths))
    return made


class _Tally:
    """Counts what a reader of the links should know, for one line at the end."""

    def __init__(self):
        self.empty = self.long = 0
        self.first = ""

    def add(self, windows: Windows, both: list[list[str]], start: int) -> None:
        if windows.empty and not self.empty:
            row, word = windows.empty[0]
            pairs = len(both) // 2
            side = "source" if row < pairs else "target"
            self.first = f"{both[row][word]!a} (pair {start + row % pairs}, {side} word {word})"
        self.empty += len(windows.empty)
        self.long += int((np.bincount(windows.owner, minlength=1) > 1).sum())

    def tell(self, where: str, maximum: int) -> None:
        if self.empty:
            shown = "%s: %d words have no pieces and stay unlinked, for example %s"
            log.warning(shown, where, self.empty, self.first)
        if self.long:
            shown = "%s: %d sentences are longer than %d pieces and were read in windows"
            log.info(shown, where, self.long, maximum)
