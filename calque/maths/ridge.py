"""Least squares with a penalty, on sparse inputs."""

import numpy as np
from scipy import sparse


def ridge(
    inputs: sparse.csr_matrix, outputs: np.ndarray, *, penalty: float, rounds: int = 6
) -> np.ndarray:
    """Weights [g, d] that come near to making `outputs` from `inputs`, small where in doubt.

    Minimizes ‖inputs W - outputs‖² + penalty · s · ‖W‖² by conjugate gradients from zero, all columns
    at once, where s is the mean of the inputs' squared column lengths. Stops after `rounds`, which
    is a further penalty: few rounds leave the weights smaller.

    inputs:  [n, g]; outputs: [n, d]; a scale of the inputs changes nothing but that of the weights
    """
    if penalty <= 0:
        raise ValueError(f"penalty must be positive, got {penalty}")
    inputs = sparse.csr_matrix(inputs, dtype=outputs.dtype)
    turned = sparse.csr_matrix(inputs.T)
    count = turned.shape[0]  # type: ignore[index]
    scale = penalty * float(inputs.multiply(inputs).sum()) / max(count, 1)
    weights = np.zeros((count, outputs.shape[1]), dtype=outputs.dtype)
    rest = turned @ outputs
    direction = rest.copy()
    size = np.einsum("ij,ij->j", rest, rest)
    for _ in range(rounds):
        image = turned @ (inputs @ direction) + outputs.dtype.type(scale) * direction
        along = np.einsum("ij,ij->j", direction, image)
        step = np.divide(size, along, out=np.zeros_like(size), where=along > 0)
        weights += step * direction
        rest -= step * image
        now = np.einsum("ij,ij->j", rest, rest)
        direction = rest + direction * np.divide(now, size, out=np.zeros_like(now), where=size > 0)
        size = now
    return weights
