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
              on the source side, of no account past the end of the target
    jumps:    [2 * REACH + 1]  weights of jumps, above 0
    counts:   expected jumps are added here
    """
    w = emission.shape[2] - 1
    # [1 + w, w]: from the start or a source position, to a source position
    weight = jumps[_bins(w)]
    share = (1 - null) / np.cumsum(weight, axis=1)[:, batch.m - 1].T  # [b, 1 + w]
    live = batch.real.sum(
        axis=1
    ).tolist()  # pairs with a target word here are the first of the batch
    # state (position of the last source word, explained by it or by null); position 0 is the start
    at = np.zeros((1 + len(live), len(batch.m), 1 + w))
    at[0, :, 0] = 1.0
    posterior = np.zeros_like(emission)
    scale = np.ones((len(live), len(batch.m), 1))
    for j, b in enumerate(live):
        moved = np.matmul(at[j, :b] * share[:b], weight)
        moved *= emission[j, :b, 1:]
        step = np.multiply(at[j, :b], emission[j, :b, :1] * null, out=at[j + 1, :b])
        step[:, 1:] += moved
        scale[j, :b] = step.sum(axis=1, keepdims=True)
        step /= scale[j, :b]
        posterior[j, :b, 1:] = moved  # of the words up to here; the rest follows backwards
    taken, left = np.zeros_like(weight), np.zeros_like(share)
    after = np.ones_like(share)
    for j, b in reversed(list(enumerate(live))):
        here, later = at[j, :b], after[:b]
        later /= scale[j, :b]
        posterior[j, :b, 1:] *= later[:, 1:]
        reached = emission[j, :b, 1:] * later[:, 1:]
        moved = np.matmul(reached, weight.T)
        moved *= share[:b]
        later *= emission[j, :b, :1] * null
        posterior[j, :b, 0] = np.einsum("bi,bi->b", later, here)
        later += moved
        if counts is not None:
            taken += (here * share[:b]).T @ reached
            moved *= here
            left[:b] += moved
    if counts is not None:
        offered = (left * share / (1 - null)).T @ (np.arange(w) < batch.m[:, None])
        bins = _bins(w).ravel()
        size = 2 * REACH + 1
        counts.taken += np.bincount(bins, (taken * weight).ravel(), size)
        counts.offered += np.bincount(bins, offered.ravel(), size)
    return posterior, float(np.log(scale).sum())


def _bins(w: int) -> np.ndarray:
    """[1 + w, w] bin of the jump from the start (row 0, as if before the first word) or a position."""
    jump = np.arange(w) - (np.arange(1 + w)[:, None] - 1)
    return np.clip(jump, -REACH, REACH) + REACH
