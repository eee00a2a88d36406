"""How near short texts are to each other, by vectors of any encoder of texts."""

from collections.abc import Callable

import numpy as np

from calque.errors import BadValue
from calque.roles import part
from calque.values import Bitext, Texts


@part
def vector_scores(bitext: Bitext, encoder: Callable[..., np.ndarray]) -> np.ndarray:
    """Score each pair of texts in [0, 1] by the cosine of their vectors, 0 where that is below: [n].

    Texts are encoded alone, each distinct one once, both languages in one call.

    encoder: called with `texts`, gives a vector for each [n, d], as `models.sentences` with a checkpoint does
    """
    places: dict[str, int] = {}
    rows = [[places.setdefault(text, len(places)) for text in pair] for pair in bitext]
    if not rows:
        return np.zeros(0)
    vectors = np.asarray(encoder(texts=Texts.of(places)), dtype=np.float64)
    if vectors.ndim != 2 or len(vectors) != len(places):
        raise BadValue(
            f"spaces.vector_scores: the encoder gave {vectors.shape} for {len(places)} texts; it "
            "must give a vector for each"
        )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors / np.where(lengths > 0, lengths, 1)
    first, second = np.array(rows).T
    return np.einsum("nd,nd->n", vectors[first], vectors[second]).clip(0, 1)
