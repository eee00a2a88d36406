"""Linear borders between classes of points: fitted, compared, and cut out of a plane."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from calque.maths.logistic import fit_logistic


def border(points: np.ndarray, classes: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights [d, k] and intercepts [k] of a regularized logistic regression.

    points:  [n, d]; their scale is the weight of the regularization
    classes: [n] below k; a class that does not occur is never decided for
    """
    counts = np.ones(len(points))
    weights, shift = fit_logistic(sparse.csr_matrix(points), classes, counts, k, strength=1.0)
    shift = np.where(np.bincount(classes, minlength=k) > 0, shift, -np.inf)
    return weights, shift


def decided(points: np.ndarray, weights: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """[n] the class on whose side of all borders each point lies."""
    return (points @ weights + shift).argmax(axis=1)


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Mean cosine over the classes of two borders' weights [d, k], what all classes share taken out."""
    a, b = (each - each.mean(axis=1, keepdims=True) for each in (one, other))
    lengths = np.linalg.norm(a, axis=0) * np.linalg.norm(b, axis=0)
    return float(((a * b).sum(axis=0) / np.maximum(lengths, 1e-12)).mean())


def apart(
    one: np.ndarray, of_one: np.ndarray, other: np.ndarray, of_other: np.ndarray, k: int
) -> float:
    """Mean distance between the two centers of a class, in mean distances between the classes of `one`.

    one, other: [n, d] points with classes [n]; classes that only one of both has are left out
    """
    centers = [
        np.stack([points[of == c].mean(axis=0) if (of == c).any() else np.full(points.shape[1], np.nan) for c in range(k)])
        for points, of in ((one, of_one), (other, of_other))
    ]  # fmt: skip
    moved = np.linalg.norm(centers[0] - centers[1], axis=1)
    between = np.linalg.norm(centers[0][:, None] - centers[0][None], axis=2)
    spread = np.nanmean(between[np.triu_indices(k, 1)])
    return float(np.nanmean(moved) / max(spread, 1e-12))


def plane(points: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """[d, 2] orthonormal axes along which the class means lie furthest apart; of two classes the rest fills up."""
    names = np.unique(classes)
    centers = np.stack([points[classes == c].mean(axis=0) for c in names])
    axes = np.linalg.svd(centers - centers.mean(axis=0), full_matrices=False)[2]
    kept = axes[: min(2, len(names) - 1)]
    if len(kept) < 2:
        rest = points - points.mean(axis=0)
        rest = rest - rest @ kept.T @ kept
        kept = np.concatenate([kept, np.linalg.svd(rest, full_matrices=False)[2]])[:2]
    # which way an axis points is left open by the decomposition
    kept = kept * np.where(kept[np.arange(2), np.abs(kept).argmax(axis=1)] < 0, -1, 1)[:, None]
    return kept.T


def segments(
    weights: np.ndarray, shift: np.ndarray, box: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """The borders in a plane as lines x, y to x, y: where two classes tie and no other wins.

    weights: [2, k] and shift [k], -inf for a class that is never decided for
    box:     least x and y, greatest x and y
    """
    found = []
    there = np.flatnonzero(np.isfinite(shift)).tolist()  # the others are never decided for
    for at, i in enumerate(there):
        for j in there[at + 1 :]:
            normal, level = weights[:, i] - weights[:, j], shift[i] - shift[j]
            length = float(normal @ normal)
            if length < 1e-18:
                continue
            origin = -level * normal / length
            along = np.array([-normal[1], normal[0]]) / np.sqrt(length)
            sides = [(np.array([1.0, 0.0]), -box[0]), (np.array([0.0, 1.0]), -box[1])]
            sides += [(np.array([-1.0, 0.0]), box[2]), (np.array([0.0, -1.0]), box[3])]
            others = [c for c in there if c not in (i, j)]
            sides += [(weights[:, i] - weights[:, c], shift[i] - shift[c]) for c in others]
            low, high = -np.inf, np.inf
            for side, least in sides:  # side · x + least must not be negative
                slope, start = float(side @ along), float(side @ origin + least)
                if abs(slope) < 1e-15:
                    low, high = (low, high) if start >= 0 else (np.inf, -np.inf)
                elif slope > 0:
                    low = max(low, -start / slope)
                else:
                    high = min(high, -start / slope)
            if low < high:
                (x, y), (to_x, to_y) = origin + low * along, origin + high * along
                found.append((float(x), float(y), float(to_x), float(to_y)))
    return found
