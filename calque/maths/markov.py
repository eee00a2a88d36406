"""Fits translation tables together with the weights of jumps, even priors first."""

import numpy as np

from calque.maths.chain import Jumps, chain_posteriors, even
from calque.maths.grids import Batch, Grids
from calque.maths.tables import Counts, Expect, count, evenly
from calque.progress import track


def fit_chain(
    corpus: Grids, *, rounds: int, null: float, smoothing: float
) -> tuple[Counts, np.ndarray]:
    """Counts and weights of jumps after `rounds` of IBM model 1 and as many of the chain."""
    table, jumps = np.ones(len(corpus.keys)), even()
    counts = None
    for step in track(range(2 * rounds), "fitting"):
        seen = Jumps()
        expect = evenly(null) if step < rounds else chained(jumps, null, seen)
        counts = count(corpus, expect, table, smoothing=smoothing)
        table = counts.table(corpus)
        if step >= rounds:
            jumps = seen.weights()
    assert counts is not None  # rounds is at least 1
    return counts, jumps


def chained(jumps: np.ndarray, null: float, seen: Jumps | None = None) -> Expect:
    """Posteriors of the chain; expected jumps are added to `seen`."""

    def expect(batch: Batch, emission: np.ndarray) -> np.ndarray:
        return chain_posteriors(batch, emission, jumps, null=null, counts=seen)[0]

    return expect
