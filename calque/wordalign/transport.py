"""Balanced optimal transport between words.

Source: Arase et al. 2023, "Unbalanced Optimal Transport for Unbalanced Word Alignment", section 4.1,
https://aclanthology.org/2023.acl-long.219
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.transport import balanced, posed, relative
from calque.roles import rescaler


@rescaler(paper="arase-etal-2023-unbalanced")
def transport(
    similarity: np.ndarray,
    source_mass: np.ndarray | None = None,
    target_mass: np.ndarray | None = None,
    *,
    smoothing: float = 0.1,
    rounds: int = 1000,
) -> np.ndarray:
    """Move all of the source words' mass to the target words at the least cost (Sinkhorn).

    The cost is the distance from the greatest similarity, scaled to [0, 1]. Every word gives or
    receives its share, words without a counterpart too: see `wordalign.partial_transport` and
    `wordalign.unbalanced_transport`, which may leave some over. `wordalign.threshold` makes links of it.

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    source_mass, target_mass: [m], [n]  weight of each word, not negative, for example its vector's
                length; equal weights where not given. Each side is scaled to a sum of 1
    smoothing:  ε above 0; higher spreads mass over more cells, lower needs more rounds
    rounds:     at most; a warning is logged where they are far from enough

    Returns the plan divided by its greatest cell, in [0, 1].
    """
    if not 0 < smoothing < np.inf or rounds < 1:
        raise BadSetting(
            "wordalign.transport: smoothing must be above 0 and rounds at least 1, "
            f"got {smoothing} and {rounds}"
        )
    cost, a, b = posed(similarity, source_mass, target_mass, "wordalign.transport")
    if not cost.size:
        return cost
    solved = balanced(cost, a / a.sum(), b / b.sum(), smoothing=smoothing, rounds=rounds)
    return relative(*solved, "wordalign.transport")
