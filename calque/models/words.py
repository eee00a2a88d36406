"""One vector per word, from the states of its pieces."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from calque.errors import BadSetting
from calque.models.batches import Windows, encode, first_pieces
from calque.models.states import open_encoder, pooled, shares_of
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Texts

_CHUNK = 4096  # sentences cut into pieces at a time


@part
def words(
    checkpoint: Checkpoint,
    sentences: Texts | Sequence[Sequence[str]],
    *,
    layer: int = -1,
    pooling: Literal["mean", "first"] = "mean",
    tokens: int | None = None,
) -> list[np.ndarray]:
    """Encode every word of every sentence: an array [m, d] float32 per sentence of m words.

    sentences: words of each sentence; of `Texts`, what stands between spaces
    layer:     0 is the embeddings, k the k-th layer, -1 the last; the pass stops there
    pooling:   "mean" of a word's pieces, or its "first" piece
    tokens:    most pieces of a batch, padding included; None for what suits the device

    Long sentences are read in windows that overlap by half; a piece that two windows cover has the
    mean of its two states. A word without pieces gets zeros, and is counted in a warning.
    """
    if pooling not in ("mean", "first"):
        raise BadSetting(f"models.words: pooling is 'mean' or 'first', got '{pooling}'")
    model, tokenizer, maximum = open_encoder(checkpoint)
    result = []
    for start in track(range(0, len(sentences), _CHUNK), "encoding words"):
        some = _split(sentences, start)
        windows = encode(tokenizer, some, maximum=maximum)
        shares = shares_of(windows)
        if pooling == "first":
            shares = [_only_first(windows, at, share) for at, share in enumerate(shares)]
        lows, rows = _rows(windows)
        sums = [np.zeros((len(one), model.config.hidden_size), np.float32) for one in some]
        counts = _counts(windows, shares, some)
        for window, part_sums in pooled(model, windows, rows, shares, layer=layer, tokens=tokens):
            low = lows[window]
            sums[windows.owner[window]][low : low + len(part_sums)] += part_sums
        result += [
            total / np.where(count > 0, count, 1)[:, None]
            for total, count in zip(sums, counts, strict=True)
        ]
    return result


def _split(sentences: Texts | Sequence[Sequence[str]], start: int) -> list[Sequence[str]]:
    rows = range(start, min(start + _CHUNK, len(sentences)))
    if not isinstance(sentences, Texts):
        return [sentences[row] for row in rows]
    if sentences.tokenized:  # other white space may be part of a word
        return [text.split(" ") if text else [] for text in sentences.take(rows)]
    return [text.split() for text in sentences.take(rows)]


def _only_first(windows: Windows, window: int, share: np.ndarray) -> np.ndarray:
    kept = np.zeros_like(share)
    first = first_pieces(windows, window)
    kept[first] = share[first]
    return kept


def _rows(windows: Windows) -> tuple[np.ndarray, list[np.ndarray]]:
    # a window deep inside a long sentence counts its words from its own first one
    lows = np.array([words[words >= 0].min(initial=2**31) for words in windows.words])
    rows = [
        np.where(words >= 0, words - low, -1)
        for words, low in zip(windows.words, lows, strict=True)
    ]
    return lows, rows


def _counts(windows: Windows, shares: list[np.ndarray], some: list) -> list[np.ndarray]:
    counts = [np.zeros(len(words), dtype=np.float32) for words in some]
    for words, share, owner in zip(windows.words, shares, windows.owner, strict=True):
        inside = words >= 0
        if inside.any():
            counts[owner] += np.bincount(
                words[inside], weights=share[inside], minlength=len(counts[owner])
            ).astype(np.float32)
    return counts
