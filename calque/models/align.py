"""Word links from the states of any encoder, pair by pair; no grid outlives its pair.

Source: Jalili Sabet et al. 2020, "SimAlign", https://arxiv.org/abs/2004.08728; Dou and Neubig 2021,
https://arxiv.org/abs/2101.08231
"""

import inspect
from collections.abc import Callable
from typing import Literal

import numpy as np

from calque.errors import BadSetting
from calque.models.lifted import links_of
from calque.models.pairs import pair_grids
from calque.models.states import open_encoder
from calque.roles import part
from calque.values import Bitext, Checkpoint, Links


@part(paper="jalili-sabet-etal-2020-simalign")
def align(
    bitext: Bitext,
    checkpoint: Checkpoint,
    *,
    pairer: Callable[..., Links],
    rescaler: Callable[..., np.ndarray] | None = None,
    layer: int | None = None,
    unit: Literal["piece", "word", "first"] = "piece",
    measure: Literal["cosine", "centered", "dot"] = "cosine",
    masses: Literal["even", "length"] = "even",
    tokens: int | None = None,
) -> list[Links]:
    """Encode both sides, pair the words of each sentence pair by their similarity, keep the links.

    bitext:   raw text is cut into words by `calque.languages.words`; where `tokenized`, words are
              what stands between spaces
    pairer:   called with each grid: a part with the role pairer, for example `wordalign.mutual`
              (few and sure links) or `wordalign.itermax` (more)
    rescaler: corrects each grid before, for example `wordalign.softmax` or `spaces.csls`
    layer:    0 is the embeddings, k the k-th layer; None for the one at two thirds of the stack (8
              of 12). The pass stops there
    unit:     what is paired: "piece", and words are linked where any of their pieces are; "word", by
              the mean of its pieces; or its "first" piece
    measure:  "cosine"; "centered", cosine after the mean of each side (over the first thousand or
              so pairs) is taken off, which helps encoders whose vectors all point one way; or "dot"
              product
    masses:   of the units, for a rescaler that moves them (`wordalign.transport` and its like): "even",
              or the "length" of each one's vector, less for words that say little
    tokens:   most pieces of a batch, padding included; None for what suits the device

    One result per pair, also where a side is empty. Words without pieces (zero-width characters, say)
    stay unlinked and are counted in a warning; sentences longer than the model takes are read in
    windows that overlap by half. Besides the links, memory holds some thousand pairs at a time.
    """
    _check_masses(masses, rescaler)
    grids = pair_grids(
        bitext,
        open_encoder(checkpoint),
        where="models.align",
        layers=layer,
        unit=unit,
        measure=measure,
        tokens=tokens,
    )
    return [links_of(grid, pairer, rescaler, "models.align", masses) for (grid,) in grids]


def _check_masses(masses: str, rescaler: Callable[..., np.ndarray] | None) -> None:
    if masses not in ("even", "length"):
        raise BadSetting(f"models.align: masses is 'even' or 'length', got '{masses}'")
    if masses == "even":
        return
    if rescaler is None or "source_mass" not in inspect.signature(rescaler).parameters:
        raise BadSetting(
            "models.align: masses are for a rescaler that moves them, such as "
            "wordalign.unbalanced_transport"
        )
