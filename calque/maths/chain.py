"""Hidden Markov chains of source positions: forward-backward for many sentence pairs at once.

A target word is explained by the null word (prior share `null`) or by a source word whose position
depends on that of the last explained word through the jump between them. A jump has a weight;
its probability is the weight over those of all jumps that stay in the sentence.
"""

from dataclasses import dataclass, field

import numpy as np

from calque.maths.grids import Batch

REACH = 50  # jumps farther than this share one weight per direction
SMOOTHING = 0.5  # how many jumps of average weight are added to those counted


@dataclass
class Jumps:
    """Expected jumps, and how often each could have been taken.

    taken:   [2 * REACH + 1]  jumps counted, from -REACH to REACH
    offered: [2 * REACH + 1]  sum over departures at which the jump stays in the sentence, of one
             over the weights of all that do
    """

    taken: np.ndarray = field(default_factory=lambda: np.zeros(2 * REACH + 1))
    offered: np.ndarray = field(default_factory=lambda: np.zeros(2 * REACH + 1))

    def weights(self) -> np.ndarray:
        """Weights under which the counted jumps are likelier than before (Hunter 2004's MM step)."""
        return (self.taken + SMOOTHING) / (self.offered + SMOOTHING)


def even() -> np.ndarray:
    """Weights [2 * REACH + 1] that favor no jump."""
    return np.ones(2 * REACH + 1)


def chain_posteriors(
    batch: Batch,
    emission: np.ndarray,
    jumps: np.ndarray,
    *,
    null: float,
    counts: Jumps | None = None,
) -> tuple[np.ndarray, float]:
    """Posterior [l, b, 1 + w] of what explains each target word, null first, and the log-likelihood.

    emission: [l, b, 1 + w]  probability of the target word given each source word; 0 for padding
              on the source side, 1 past the end of the target
    jumps:    [2 * REACH + 1]  weights of jumps, above 0
    counts:   expected jumps are added here
    """
    l, b, w = emission.shape[0], emission.shape[1], emission.shape[2] - 1  # noqa: E741
    weight = jumps[
        _bins(w)
    ]  # [1 + w, w]: from the start or a source position, to a source position
    share = (1 - null) / np.cumsum(weight, axis=1)[:, batch.m - 1].T  # [b, 1 + w]
    words, nulls = emission[:, :, 1:], emission[:, :, :1] * null
    # state (position of the last source word, explained by it or by null); position 0 is the start
    posterior = np.empty_like(emission)
    at = np.empty((l + 1, b, 1 + w))
    at[0] = 0.0
    at[0, :, 0] = 1.0
    scale = np.empty((l, b, 1))
    for j in range(l):
        step = nulls[j] * at[j]
        moved = ((at[j] * share) @ weight) * words[j]
        scale[j] = step.sum(axis=1, keepdims=True) + moved.sum(axis=1, keepdims=True)
        posterior[j, :, 1:] = moved / scale[j]
        step[:, 1:] += moved
        at[j + 1] = step / scale[j]
    after = np.ones((b, 1 + w))
    inside = batch.real[:, :, None]
    taken, left = np.zeros_like(weight), np.zeros((b, 1 + w))
    for j in range(l - 1, -1, -1):
        posterior[j, :, 1:] *= after[:, 1:]
        reached = words[j] * after[:, 1:] / scale[j]
        stayed = nulls[j] / scale[j] * after
        posterior[j, :, 0] = (stayed * at[j]).sum(axis=1)
        moved = (reached @ weight.T) * share
        if counts is not None:
            taken += (at[j] * share * inside[j]).T @ reached
            left += at[j] * moved * inside[j]
        after = stayed + moved
    if counts is not None:
        offered = (left * share / (1 - null)).T @ (np.arange(w) < batch.m[:, None])
        bins = _bins(w).ravel()
        size = 2 * REACH + 1
        counts.taken += np.bincount(bins, (taken * weight).ravel(), size)
        counts.offered += np.bincount(bins, offered.ravel(), size)
    return posterior, float(np.log(scale).sum(where=inside))


def _bins(w: int) -> np.ndarray:
    """[1 + w, w] bin of the jump from the start (row 0, as if before the first word) or a position."""
    jump = np.arange(w) - (np.arange(1 + w)[:, None] - 1)
    return np.clip(jump, -REACH, REACH) + REACH
