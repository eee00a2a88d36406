"""States of the words or pieces of each sentence, whatever the batches and windows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from calque.errors import BadSetting
from calque.models.batches import Windows, first_pieces
from calque.models.states import pooled, shares_of

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Unit = Literal["piece", "word", "first"]
UNITS = ("piece", "word", "first")


def check_unit(unit: str, where: str) -> None:
    """Raise BadSetting unless it is one of `UNITS`."""
    if unit not in UNITS:
        raise BadSetting(f"{where}: unit is 'piece', 'word' or 'first', got '{unit}'")


def unit_states(
    model: "PreTrainedModel",
    windows: Windows,
    *,
    unit: Unit,
    layer: int | Sequence[int],
    tokens: int | None,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Per sentence (vectors [r, d] float32, the word that each belongs to [r], in order).

    windows: of sentences given as lists of words
    unit:    a row per "piece"; per "word", the mean of its pieces; or per word its "first" piece
    layer:   as `pooled`

    Words without pieces have no row. A piece that two windows cover has the mean of its two states.
    """
    config: Any = model.config
    width = config.hidden_size * (1 if isinstance(layer, int) else len(layer))
    shares = shares_of(windows)
    if unit == "first":
        shares = [_only_first(windows, at, share) for at, share in enumerate(shares)]
    lows, rows = _rows(windows, unit)
    words = _words(windows, lows, rows)
    sums = [np.zeros((len(word), width), dtype=np.float32) for word in words]
    counts = [np.zeros(len(word), dtype=np.float32) for word in words]
    for owner, low, row, share in zip(windows.owner, lows, rows, shares, strict=True):
        np.add.at(counts[owner], row[row >= 0] + low, share[row >= 0])
    for window, found in pooled(model, windows, rows, shares, layer=layer, tokens=tokens):
        low = lows[window]
        sums[windows.owner[window]][low : low + len(found)] += found
    return [
        (total[count > 0] / count[count > 0, None], word[count > 0])
        for total, count, word in zip(sums, counts, words, strict=True)
    ]


def words_of_pieces(windows: Windows) -> list[np.ndarray]:
    """Per sentence, the word that each piece belongs to [r], in order."""
    return _words(windows, *_rows(windows, "piece"))


def _only_first(windows: Windows, window: int, share: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(share)
    first = first_pieces(windows, window)
    kept[first] = share[first]
    return kept


def _rows(windows: Windows, unit: Unit) -> tuple[np.ndarray, list[np.ndarray]]:
    # a window deep inside a long sentence counts its rows from its own first one
    lows, rows = [], []
    for window, words in enumerate(windows.words):
        place = windows.positions(window) if unit == "piece" else words
        inside = place >= 0
        low = int(place[inside].min()) if inside.any() else 0
        lows.append(low)
        rows.append(np.where(inside, place - low, -1))
    return np.array(lows, dtype=np.int64), rows


def _words(windows: Windows, lows: np.ndarray, rows: list[np.ndarray]) -> list[np.ndarray]:
    sizes = np.zeros(windows.inputs, dtype=np.int64)
    for owner, low, row in zip(windows.owner, lows, rows, strict=True):
        sizes[owner] = max(sizes[owner], low + row.max(initial=-1) + 1)
    words = [np.zeros(size, dtype=np.int64) for size in sizes]
    for at, (owner, low) in enumerate(zip(windows.owner, lows, strict=True)):
        inside = rows[at] >= 0
        words[owner][rows[at][inside] + low] = windows.words[at][inside]
    return words
