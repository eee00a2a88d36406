"""Entropies of counts, and divergences between them."""

import numpy as np


def renyi(counts: np.ndarray, alpha: float) -> float:
    """Rényi entropy of order `alpha` of these counts over that of even ones, in [0, 1].

    counts: [n]  not negative; 0 where all of them are 0, or there is only one
    """
    total = counts.sum()
    if not total or len(counts) < 2:
        return 0.0
    share = counts[counts > 0] / total
    if abs(alpha - 1) < 1e-9:
        entropy = -(share * np.log(share)).sum()
    else:
        entropy = np.log((share**alpha).sum()) / (1 - alpha)
    return float(max(0.0, entropy) / np.log(len(counts)))  # in this order -0.0 is 0


def divergences(counts: np.ndarray, least: float = 1e-9) -> np.ndarray:
    """[L, L] Kullback-Leibler divergence of each row's distribution from each other's, in nats.

    counts: [L, n] not negative; each row is scaled to sum to 1
    least:  share given to what a row lacks, so that the divergence stays finite
    """
    sums = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    share = np.maximum(counts / sums, least)
    share /= share.sum(axis=1, keepdims=True)
    logs = np.log(share)
    return (share * logs).sum(axis=1)[:, None] - share @ logs.T


def jensen_shannon(one: np.ndarray, other: np.ndarray) -> float:
    """Jensen-Shannon divergence of two counts over the same things, in bits: 0 alike, 1 without overlap.

    one, other: [n] not negative; where one of them has nothing at all it is 1, where both have nothing 0
    """
    if not one.any() or not other.any():
        return float(bool(one.any()) != bool(other.any()))
    shares = np.stack([counts / counts.sum() for counts in (one, other)])
    return float(np.clip(between_shares(shares), 0.0, 1.0))


def between_shares(shares: np.ndarray) -> np.ndarray:
    """[...] Jensen-Shannon divergence in bits of two distributions each.

    shares: [..., 2, n]
    """
    mean = shares.mean(axis=-2, keepdims=True)
    ratio = np.divide(shares, mean, out=np.ones_like(shares), where=shares > 0)
    return (shares * np.log2(ratio)).sum(axis=(-2, -1)) / 2
