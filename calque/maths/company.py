"""Vectors of items from the company they keep: how often they stand near each other, factorized.

Source: Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word
Embeddings", sections 2 and 3, https://aclanthology.org/Q15-1016
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

_SMOOTHING = 0.75  # power of the counts of companions: rare ones look less surprising
_SPARE, _ROUNDS = 20, 4  # further columns and rounds that make the factors exact enough


def company(sequences: Sequence[np.ndarray], count: int, window: int) -> sparse.csr_matrix:
    """[count, count] how often items stand within `window` places, symmetric; nearer ones count more.

    At distance k a pair counts 1 / k. Items below 0 are nobody, but keep their place.
    """
    gap = np.full(window, -1)
    flat = np.concatenate([part for one in sequences for part in (one, gap)] or [gap])
    total = sparse.csr_matrix((count, count), dtype=np.float32)
    for distance in range(1, window + 1):
        left, right = flat[:-distance], flat[distance:]
        both = (left >= 0) & (right >= 0)
        weights = np.full(int(both.sum()), 1 / distance, dtype=np.float32)
        total = total + sparse.csr_matrix(
            (weights, (left[both], right[both])), shape=(count, count)
        )
    return sparse.csr_matrix(total + total.T)


def surprise(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Positive pointwise mutual information [n, n] of symmetric counts; where it is below 0, nothing."""
    cells = counts.tocoo()
    sums = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    smooth = sums**_SMOOTHING
    total = max(smooth.sum(), 1e-300)
    chance = sums[cells.row] * (smooth[cells.col] / total)
    values = np.log(np.maximum(cells.data / np.maximum(chance, 1e-300), 1e-300))
    matrix = sparse.csr_matrix(
        (np.maximum(values, 0).astype(np.float32), (cells.row, cells.col)), shape=counts.shape
    )
    matrix.eliminate_zeros()
    return matrix


def factors(
    matrix: sparse.csr_matrix, width: int, *, power: float = 0.5, seed: int = 0
) -> np.ndarray:
    """[n, width] left singular vectors, scaled by their singular values to `power`; fewer columns never.

    By random projection and subspace iteration (Halko et al. 2011), from a seed: the same every time.
    Signs are fixed: the greatest number of a column is positive. Columns beyond the rank are zeros.
    """
    rank = min(*matrix.shape, width + _SPARE)  # type: ignore[misc]
    left = np.zeros((matrix.shape[0], width), dtype=np.float32)  # type: ignore[index]
    if not rank or not matrix.nnz:
        return left
    generator = np.random.default_rng(seed)
    turned = sparse.csr_matrix(matrix.T)
    base = matrix @ generator.standard_normal((matrix.shape[1], rank)).astype(np.float32)  # type: ignore[index]
    for _ in range(_ROUNDS):
        base = np.linalg.qr(base)[0]
        base = matrix @ np.linalg.qr(turned @ base)[0]
    base = np.linalg.qr(base)[0]
    inner, values, _ = np.linalg.svd((turned @ base).T, full_matrices=False)
    kept = min(width, int((values > values[0] * 1e-6).sum()))
    found = (base @ inner[:, :kept]) * values[:kept] ** power
    signs = np.sign(found[np.abs(found).argmax(axis=0), np.arange(kept)])
    left[:, :kept] = found * np.where(signs == 0, 1, signs)
    return left
