"""Bootstrap from sufficient statistics: examples are counted once and resampled as counts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Statistics:
    """Counts per example, and how sums of them become the figure.

    counts:  [n, k]
    combine: sums [..., k] -> figure [...]
    """

    counts: np.ndarray
    combine: Callable[[np.ndarray], np.ndarray]

    @property
    def value(self) -> float:
        """The figure over all examples."""
        return float(self.combine(self.counts.sum(axis=0)))


def resampled_sums(counts: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """Sums [draws, k] of `counts` [n, k] over n examples drawn with replacement.

    Equal rows are drawn together (a multinomial over the distinct rows), which gives the same
    distribution as drawing one by one and costs the number of distinct rows.
    """
    distinct, multiplicity = np.unique(counts, axis=0, return_counts=True)
    generator = np.random.default_rng(seed)
    n = len(counts)
    drawn = generator.multinomial(n, multiplicity / n, size=draws)
    return drawn @ distinct.astype(float)


def interval(
    statistics: Statistics, *, draws: int, seed: int, level: float = 0.95
) -> tuple[float, float]:
    """Percentile bootstrap interval of the figure; both ends nan where there is no example."""
    if not len(statistics.counts):
        return float("nan"), float("nan")
    figures = statistics.combine(resampled_sums(statistics.counts, draws=draws, seed=seed))
    low, high = np.quantile(figures, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_difference(
    first: Statistics, second: Statistics, *, draws: int, seed: int
) -> tuple[float, float, float, float]:
    """Difference first - second on the same examples: value, interval, two-sided p value.

    The interval resamples examples; p is the share of random swaps of the two systems' counts,
    example by example, that differ at least as much (approximate randomization, Noreen 1989).
    """
    k = first.counts.shape[1]
    both = np.concatenate([first.counts, second.counts], axis=1).astype(float)
    sums = resampled_sums(both, draws=draws, seed=seed)
    figures = first.combine(sums[:, :k]) - second.combine(sums[:, k:])
    low, high = np.quantile(figures, [0.025, 0.975])
    value = first.value - second.value
    gap = (second.counts - first.counts).astype(float)
    differing = np.flatnonzero(gap.any(axis=1))
    generator = np.random.default_rng(seed + 1)
    total_first, total_second = both[:, :k].sum(axis=0), both[:, k:].sum(axis=0)
    extreme = 0
    for start in range(0, draws, 256):  # a block at a time keeps memory flat
        swap = generator.random((min(256, draws - start), len(differing))) < 0.5
        moved = swap.astype(float) @ gap[differing]
        swapped = first.combine(total_first + moved) - second.combine(total_second - moved)
        extreme += int((np.abs(swapped) >= abs(value) - 1e-12).sum())
    return value, float(low), float(high), (extreme + 1) / (draws + 1)
