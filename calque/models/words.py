"""One vector per word, from the states of its pieces."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from calque.errors import BadSetting
from calque.languages.words import words_of
from calque.models.batches import encode
from calque.models.states import open_encoder
from calque.models.units import unit_states
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Patch, Texts

_CHUNK = 4096  # sentences cut into pieces at a time


@part
def words(
    checkpoint: Checkpoint,
    sentences: Texts | Sequence[Sequence[str]],
    patch: Patch | None = None,
    *,
    layer: int = -1,
    pooling: Literal["mean", "first"] = "mean",
    tokens: int | None = None,
) -> list[np.ndarray]:
    """Encode every word of every sentence: an array [m, d] float32 per sentence of m words.

    sentences: words of each sentence; of `Texts`, what stands between spaces
    patch:     what is on the encoder while it reads (`models.tune_patch`); None for nothing
    layer:     0 is the embeddings, k the k-th layer, -1 the last; the pass stops there
    pooling:   "mean" of a word's pieces, or its "first" piece
    tokens:    most pieces of a batch, padding included; None for what suits the device

    Long sentences are read in windows that overlap by half; a piece that two windows cover has the
    mean of its two states. A word without pieces gets zeros, and is counted in a warning.
    """
    if pooling not in ("mean", "first"):
        raise BadSetting(f"models.words: pooling is 'mean' or 'first', got '{pooling}'")
    model, tokenizer, maximum = open_encoder(checkpoint, patch)
    result = []
    for start in track(range(0, len(sentences), _CHUNK), "encoding words"):
        some = _split(sentences, start)
        windows = encode(tokenizer, some, maximum=maximum)
        unit = "word" if pooling == "mean" else "first"
        found = unit_states(model, windows, unit=unit, layer=layer, tokens=tokens)
        for one, (vectors, places) in zip(some, found, strict=True):
            every = np.zeros((len(one), vectors.shape[1]), dtype=np.float32)
            every[places] = vectors
            result.append(every)
    return result


def _split(sentences: Texts | Sequence[Sequence[str]], start: int) -> list[Sequence[str]]:
    rows = range(start, min(start + _CHUNK, len(sentences)))
    if not isinstance(sentences, Texts):
        return [sentences[row] for row in rows]
    if sentences.tokenized:  # other white space may be part of a word
        return [words_of(text, tokenized=True) for text in sentences.take(rows)]
    return [text.split() for text in sentences.take(rows)]
