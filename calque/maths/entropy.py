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
    return float(max(entropy, 0.0) / np.log(len(counts)))


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
    shares = [counts / max(counts.sum(), 1e-300) for counts in (one, other)]
    if not one.any() or not other.any():
        return float(bool(one.any()) != bool(other.any()))
    mean = (shares[0] + shares[1]) / 2
    terms = [
        (share[share > 0] * np.log2(share[share > 0] / mean[share > 0])).sum() for share in shares
    ]
    return float(np.clip(sum(terms) / 2, 0.0, 1.0))
