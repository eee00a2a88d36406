"""Partial optimal transport between words: only a share of the mass moves.

Source: Arase et al. 2023, "Unbalanced Optimal Transport for Unbalanced Word Alignment", section 4.2,
https://aclanthology.org/2023.acl-long.219
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.transport import partial, posed, relative
from calque.roles import rescaler


@rescaler(paper="arase-etal-2023-unbalanced")
def partial_transport(
    similarity: np.ndarray,
    source_mass: np.ndarray | None = None,
    target_mass: np.ndarray | None = None,
    *,
    share: float = 0.8,
    smoothing: float = 0.1,
    rounds: int = 1000,
) -> np.ndarray:
    """Move the cheapest share of the mass, so that words without a counterpart may keep theirs.

    The cost is the distance from the greatest similarity, scaled to [0, 1].
    `wordalign.threshold` makes links of the plan.

    similarity: [m, n]  of source word i and target word j, any real numbers, higher is closer
    source_mass, target_mass: [m], [n]  weight of each word, not negative, for example its vector's
                length; 1 each where not given
    share:      in (0, 1], of the lighter side's mass; about the share of words that have a
                counterpart. The paper tunes it on gold links, the default is ours
    smoothing:  ε above 0; higher spreads mass over more cells, lower needs more rounds
    rounds:     at most; a warning is logged where they are far from enough

    Returns the plan divided by its greatest cell, in [0, 1].
    """
    if not 0 < share <= 1 or not 0 < smoothing < np.inf or rounds < 1:
        raise BadSetting(
            "wordalign.partial_transport: share must lie in (0, 1], smoothing be above 0 and rounds "
            f"at least 1, got {share}, {smoothing} and {rounds}"
        )
    cost, a, b = posed(similarity, source_mass, target_mass, "wordalign.partial_transport")
    if not cost.size:
        return cost
    total = share * min(a.sum(), b.sum())
    solved = partial(cost, a, b, total=total, smoothing=smoothing, rounds=rounds)
    return relative(*solved, "wordalign.partial_transport")
