"""Agreement of two annotators beyond chance.

Source: Cohen 1960, "A Coefficient of Agreement for Nominal Scales"
"""

from collections.abc import Hashable, Sequence

import numpy as np

from calque.maths.bootstrap import Statistics


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> Statistics:
    """Cohen's κ from counts of pairs of labels; 1 where all is one label, on which chance agrees too."""
    labels = {label: k for k, label in enumerate(sorted({*one, *other}, key=str))}
    size = len(labels)
    cells = np.array(
        [labels[a] * size + labels[b] for a, b in zip(one, other, strict=True)], dtype=np.int64
    )
    counts = np.zeros((len(cells), size * size), dtype=np.int64)
    counts[np.arange(len(cells)), cells] = 1

    def combine(sums: np.ndarray) -> np.ndarray:
        table = np.asarray(sums, dtype=float).reshape(*sums.shape[:-1], size, size)
        n = np.maximum(table.sum(axis=(-2, -1)), 1)
        agreed = np.trace(table, axis1=-2, axis2=-1) / n
        chance = (table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1) / n**2
        left = 1 - chance
        ordinary = np.divide(agreed - chance, left, out=np.ones_like(left), where=left > 1e-12)
        return np.where(table.sum(axis=(-2, -1)) > 0, ordinary, np.nan)

    return Statistics(counts, combine)
