"""Word links from every layer of an encoder, to find the layer at which words align best.

Source: Jalili Sabet et al. 2020, figure 3, https://arxiv.org/abs/2004.08728
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from calque.models.lifted import links_of
from calque.models.pairs import pair_grids
from calque.models.states import layer_count, open_encoder
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links


@part(paper="jalili-sabet-etal-2020-simalign")
def align_layers(
    bitext: Bitext,
    checkpoint: Checkpoint,
    *,
    pairer: Callable[..., Links],
    rescaler: Callable[..., np.ndarray] | None = None,
    unit: Literal["piece", "word", "first"] = "piece",
    measure: Literal["cosine", "centered", "dot"] = "cosine",
    tokens: int | None = None,
) -> list[list[Links]]:
    """Link the words of each pair behind every layer, from one pass: a list per layer from 0 on.

    As `models.align` with each `layer` in turn, from the embeddings to the last. Scored against gold
    links of some hundred pairs, it says which layer to use on the rest.
    """
    encoder = open_encoder(checkpoint)
    layers = range(layer_count(encoder[0]) + 1)
    found: list[list[Links]] = [[] for _ in layers]
    grids = pair_grids(
        bitext,
        encoder,
        where="models.align_layers",
        layers=layers,
        unit=unit,
        measure=measure,
        tokens=tokens,
    )
    for behind in grids:
        for links, grid in zip(found, behind, strict=True):
            links.append(links_of(grid, pairer, rescaler, "models.align_layers"))
    return found
