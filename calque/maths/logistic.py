"""Multinomial logistic regression on sparse features, by L-BFGS."""

import numpy as np
from scipy import optimize, sparse


def fit_logistic(
    features: sparse.csr_matrix,
    classes: np.ndarray,
    counts: np.ndarray,
    k: int,
    *,
    strength: float,
    rounds: int = 200,
) -> tuple[np.ndarray, np.ndarray]:
    """Weights [f, k] and intercepts [k] of the least regularized cross entropy.

    What falls is `strength` times the summed cross entropy plus half the squared weights;
    intercepts are free, and shift so that their mean is 0. Convex, so the start does not matter.

    features: [n, f]
    classes:  [n] ids below k
    counts:   [n] how often each row was seen, above 0
    rounds:   iterations at most; the gradient is at 1e-4 of its scale long before in what we have seen
    """
    f = features.get_shape()[1]
    turned = features.transpose().tocsr()
    rows = np.arange(len(classes))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, intercept = flat[: f * k].reshape(f, k), flat[f * k :]
        logits = features @ weights + intercept
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(axis=1)
        entropy = counts @ (np.log(sums) - logits[rows, classes])
        slope = powers / sums[:, None]
        slope[rows, classes] -= 1
        slope *= strength * counts[:, None]
        gradient = np.concatenate([(turned @ slope + weights).ravel(), slope.sum(axis=0)])
        return strength * float(entropy) + 0.5 * float((weights**2).sum()), gradient

    start = np.zeros(f * k + k)
    settings = {"maxiter": rounds, "gtol": 1e-5, "ftol": 1e-10}
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=settings)
    intercept = found.x[f * k :]
    return found.x[: f * k].reshape(f, k), intercept - intercept.mean()
