"""One vector per text, from the states of an encoder."""

from typing import Literal

import numpy as np

from calque.errors import BadSetting
from calque.models.batches import encode
from calque.models.states import open_encoder, pooled, shares_of
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Patch, Texts

_CHUNK = 8192  # texts cut into pieces at a time: a corpus larger than memory flows


@part
def sentences(
    checkpoint: Checkpoint,
    texts: Texts,
    patch: Patch | None = None,
    *,
    layer: int = -1,
    pooling: Literal["mean", "first"] = "mean",
    normalize: bool = False,
    tokens: int | None = None,
) -> np.ndarray:
    """Encode every text as the mean of its pieces' states: [n, d] float32, in the order of the texts.

    patch:     what is on the encoder while it reads (`models.tune_patch`); None for nothing
    layer:     0 is the embeddings, k the k-th layer, -1 the last; the pass stops there
    pooling:   "mean" of all pieces, special ones included, as sentence encoders are trained;
               "first" piece alone (often [CLS])
    normalize: scale each vector to length 1
    tokens:    most pieces of a batch, padding included; None for what suits the device

    A text longer than the model takes is read in windows that overlap by half, and every piece
    counts once; "first" is then the mean of the windows' first pieces. A text without any piece
    (possible only where the tokenizer adds none of its own) gets zeros.
    """
    if pooling not in ("mean", "first"):
        raise BadSetting(f"models.sentences: pooling is 'mean' or 'first', got '{pooling}'")
    model, tokenizer, maximum = open_encoder(checkpoint, patch)
    result = np.zeros((len(texts), model.config.hidden_size), dtype=np.float32)
    for start in track(range(0, len(texts), _CHUNK), "encoding texts"):
        some = list(texts.take(range(start, min(start + _CHUNK, len(texts)))))
        windows = encode(tokenizer, some, maximum=maximum)
        shares = shares_of(windows)
        if pooling == "first":
            shares = [(np.arange(len(share)) == 0) * 1.0 for share in shares]
        totals = np.bincount(
            windows.owner, weights=[share.sum() for share in shares], minlength=len(some)
        )
        rows = [np.zeros(len(share), dtype=np.int64) for share in shares]
        for window, sums in pooled(model, windows, rows, shares, layer=layer, tokens=tokens):
            if len(sums):
                owner = windows.owner[window]
                result[start + owner] += sums[0] / np.float32(totals[owner])
    return _unit(result) if normalize else result


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
