"""The prior of word alignment along the diagonal, with one parameter, the tension.

Word i of m explains word j of n (from 1) with a share that falls off as exp(-tension |i/m - j/n|).
"""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import minimize_scalar

from calque.maths.grids import Batch

BOUNDS = (0.1, 14.0)  # of the tension, those of fast_align

Counts = dict[tuple[int, int], np.ndarray]  # (m, n) -> [n] sums over the pairs of this size


def closeness(batch: Batch) -> np.ndarray:
    """[l, b, w] h = -|i/m - j/n| of each cell."""
    i = np.arange(1, batch.m.max() + 1) / batch.m[:, None]
    # places past a pair's end count as its last: far from every word they would have no prior
    j = np.minimum(np.arange(1, batch.n.max() + 1)[:, None], batch.n) / batch.n
    return -np.abs(i - j[:, :, None])


def normalizer(m: int, n: int, tension: float) -> np.ndarray:
    """[n] sum over i = 1..m of exp(-tension |i/m - j/n|), by two geometric series."""
    place = np.arange(1, n + 1) * m / n
    below = np.floor(place + 1e-9)  # words at or before the diagonal
    step = np.expm1(-tension / m)
    first = np.exp(-tension * np.abs(place - below) / m) * np.expm1(-tension * below / m) / step
    second = np.exp(-tension * (below + 1 - place) / m)
    return first + second * np.expm1(-tension * (m - below) / m) / step


def fitted(explained: Mapping[tuple[int, int], np.ndarray], close: float) -> float:
    """The tension within `BOUNDS` that makes the expected links likeliest; the objective is concave.

    explained: per (m, n)  [n] expected number of words at place j that a source word explains
    close:     expected sum of h over all links
    """

    def cost(tension: float) -> float:
        return -tension * close + sum(
            float(weight @ np.log(normalizer(m, n, tension)))
            for (m, n), weight in explained.items()
        )

    return float(minimize_scalar(cost, bounds=BOUNDS, method="bounded", options={"xatol": 1e-3}).x)  # type: ignore[union-attr]


class Diagonal:
    """Posteriors of cells under a tension; gathers what the next tension is fitted to."""

    def __init__(self, tension: float, null: float):
        self.tension = tension
        self.null = null
        self.explained: Counts = {}
        self.close = 0.0

    def __call__(self, batch: Batch, emission: np.ndarray) -> np.ndarray:
        """Posterior [l, b, 1 + w] of a batch; adds to what was gathered."""
        close = closeness(batch)
        prior = np.exp(self.tension * close)
        prior *= np.arange(prior.shape[2]) < batch.m[:, None]
        weight = emission.copy()
        weight[:, :, 1:] *= prior * ((1 - self.null) / prior.sum(axis=2, keepdims=True))
        weight[:, :, 0] *= self.null
        posterior = weight / weight.sum(axis=2, keepdims=True)
        some = posterior[:, :, 1:] * batch.real[:, :, None]
        self.close += float((some * close).sum())
        by_place = some.sum(axis=2)
        for place, size in enumerate(zip(batch.m.tolist(), batch.n.tolist(), strict=True)):
            column = by_place[: size[1], place]
            self.explained[size] = self.explained.get(size, 0) + column
        return posterior

    def next(self) -> "Diagonal":
        """The same with the tension that fits what was gathered."""
        if not self.explained:
            return self
        return Diagonal(fitted(self.explained, self.close), self.null)
