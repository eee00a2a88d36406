"""Maps of scores to probabilities, from softmax to ones that give exact zeros.

All are alpha-entmax (Peters et al. 2019): alpha 1 is softmax, 1.5 entmax-1.5, 2 sparsemax.
"""

import numpy as np


def softmax(scores: np.ndarray, axis: int = -1) -> np.ndarray:
    """Exponentials that sum to 1 along the axis."""
    if not scores.shape[axis]:
        return scores.astype(float)
    raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


def sparsemax(scores: np.ndarray, axis: int = -1) -> np.ndarray:
    """The nearest probabilities in Euclidean distance; most are exactly 0.

    max(0, z - tau), with tau from the sums of the greatest scores (Martins and Astudillo 2016).
    """
    z, ranked, count = _sorted(scores, axis)
    if not z.size:
        return np.moveaxis(z, -1, axis)
    tau = (ranked.cumsum(axis=-1) - 1) / count
    tau = _last_supported(tau, ranked)
    return np.moveaxis(np.maximum(z - tau, 0), -1, axis)


def entmax15(scores: np.ndarray, axis: int = -1) -> np.ndarray:
    """Between softmax and sparsemax: max(0, z/2 - tau) squared, exact by sorting.

    tau_k comes from mean and variance of the k greatest scores (Peters et al. 2019, section 3.3).
    """
    z, ranked, count = _sorted(scores, axis, scale=0.5)
    if not z.size:
        return np.moveaxis(z, -1, axis)
    mean = ranked.cumsum(axis=-1) / count
    spread = (ranked**2).cumsum(axis=-1) - count * mean**2  # k times the variance
    tau = mean - np.sqrt(np.maximum((1 - spread) / count, 0))
    tau = _last_supported(tau, ranked)
    return np.moveaxis(np.maximum(z - tau, 0) ** 2, -1, axis)


def _sorted(scores: np.ndarray, axis: int, scale: float = 1.0) -> tuple[np.ndarray, ...]:
    """Scores with the axis last and the greatest at 0, the same in falling order, and 1 to n."""
    z = np.moveaxis(np.asarray(scores, dtype=float), axis, -1)
    if z.size:
        z = (z - z.max(axis=-1, keepdims=True)) * scale
    return z, -np.sort(-z, axis=-1), np.arange(1, z.shape[-1] + 1)


def _last_supported(tau: np.ndarray, ranked: np.ndarray) -> np.ndarray:
    """The threshold of the last score that lies above its own, which is the one that sums to 1."""
    support = (tau <= ranked).sum(axis=-1, keepdims=True)
    return np.take_along_axis(tau, support - 1, axis=-1)
