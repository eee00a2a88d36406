"""Sentence retrieval: how often a sentence's nearest neighbor is its translation."""

import numpy as np

from calque.errors import BadValue
from calque.maths.bootstrap import Statistics, interval
from calque.roles import part
from calque.values import Score


@part(paper="artetxe-schwenk-2019-massively")
def retrieval(vectors: np.ndarray, others: np.ndarray, *, boot: int = 1000, seed: int = 0) -> Score:
    """Share of rows whose most similar row (cosine) on the other side is their own translation.

    vectors, others: [n, d]  the same sentences in two languages
    boot: number of bootstrap draws over the rows of `vectors` for the 95 % interval
    """
    if vectors.shape != others.shape:
        raise BadValue(
            f"evaluation.retrieval: {vectors.shape} vectors on one side, {others.shape} on the other"
        )
    found = np.concatenate(
        [
            _nearest(vectors[k : k + 1024], others) == np.arange(k, min(k + 1024, len(vectors)))
            for k in range(0, len(vectors), 1024)
        ]
        or [np.zeros(0, bool)]
    )
    counts = np.stack([found.astype(int), np.ones(len(found), int)], axis=1)
    share = Statistics(counts, lambda sums: sums[..., 0] / np.maximum(sums[..., 1], 1))
    low, high = interval(share, draws=boot, seed=seed)
    return Score("retrieval", share.value, low, high, len(found), {"boot": boot, "seed": seed})


def _nearest(block: np.ndarray, others: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(others, axis=1)
    return ((block @ others.T) / np.maximum(length, 1e-12)).argmax(axis=1)
