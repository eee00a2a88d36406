"""Similarities between the words of each sentence pair, to look at or to go on with."""

from typing import Literal

import numpy as np

from calque.models.pairs import pair_grids
from calque.models.states import open_encoder
from calque.roles import part
from calque.values import Bitext, Checkpoint


@part(paper="jalili-sabet-etal-2020-simalign")
def word_grids(
    bitext: Bitext,
    checkpoint: Checkpoint,
    *,
    layer: int | None = None,
    unit: Literal["piece", "word", "first"] = "word",
    measure: Literal["cosine", "centered", "dot"] = "cosine",
    tokens: int | None = None,
) -> list[np.ndarray]:
    """Compare every word of each pair with every one of the other side: grids [m, n] float32.

    All grids lie in memory, 10 GB for a million sentence pairs of 50 words: `models.align` makes
    links of a large corpus without keeping them.

    bitext:  as `models.align`
    layer:   0 is the embeddings, k the k-th layer; None for the one at two thirds of the stack (8 of
             12). The pass stops there
    unit:    a "word" is the mean of its pieces, or its "first" piece; with "piece" the grids are of
             pieces, and `models.piece_words` says of which words
    measure: "cosine", in [-1, 1]; "centered", cosine after the mean of each side is taken off; or
             "dot" product
    tokens:  most pieces of a batch, padding included; None for what suits the device

    Words without pieces have the least similarity of their grid, -1 in an empty one, and are counted
    in a warning; a pairer may still link them, `models.align` never does.
    """
    grids = pair_grids(
        bitext,
        open_encoder(checkpoint),
        where="models.word_grids",
        layers=layer,
        unit=unit,
        measure=measure,
        tokens=tokens,
    )
    made = []
    for (pair,) in grids:
        if unit == "piece":
            made.append(pair.grid)
            continue
        grid = np.full(pair.size, pair.grid.min(initial=np.inf), dtype=np.float32)
        grid[np.isinf(grid)] = -1
        grid[np.ix_(pair.rows, pair.columns)] = pair.grid
        made.append(grid)
    return made
