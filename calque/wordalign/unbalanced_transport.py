"""Unbalanced optimal transport between words: leaving mass over costs, but may pay.

Source: Arase et al. 2023, "Unbalanced Optimal Transport for Unbalanced Word Alignment", section 4.3,
https://aclanthology.org/2023.acl-long.219
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.transport import PENALTY, SMOOTHING, posed, relative, unbalanced
from calque.roles import rescaler


@rescaler(paper="arase-etal-2023-unbalanced")
def unbalanced_transport(
    similarity: np.ndarray,
    source_mass: np.ndarray | None = None,
    target_mass: np.ndarray | None = None,
    *,
    penalty: float = PENALTY,
    smoothing: float = SMOOTHING,
    rounds: int = 1000,
) -> np.ndarray:
    """Move mass where it is cheap; a word whose every move costs much keeps or misses its own.

    The cost is the distance from the greatest similarity, scaled to [0, 1]. The best of the three
    transports where many words have no counterpart. `wordalign.threshold` makes links of the plan.

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    source_mass, target_mass: [m], [n]  weight of each word, not negative, for example its vector's
                length; 1 each where not given
    penalty:    τ above 0, the price of mass left over; high comes close to moving all of it, low
                to looking at each cell by itself. The paper tunes it on gold links, in (0, 1); the
                default is ours
    smoothing:  ε above 0; higher spreads mass over more cells, lower needs more rounds
    rounds:     at most; a warning is logged where they are far from enough

    Returns the plan divided by its greatest cell, in [0, 1].
    """
    if not 0 < penalty < np.inf or not 0 < smoothing < np.inf or rounds < 1:
        raise BadSetting(
            "wordalign.unbalanced_transport: penalty and smoothing must be above 0 and rounds at "
            f"least 1, got {penalty}, {smoothing} and {rounds}"
        )
    cost, a, b = posed(similarity, source_mass, target_mass, "wordalign.unbalanced_transport")
    if not cost.size:
        return cost
    solved = unbalanced(cost, a, b, penalty=penalty, smoothing=smoothing, rounds=rounds)
    return relative(*solved, "wordalign.unbalanced_transport")
