"""Iterated mutual argmax, the matcher of SimAlign.

Source: Jalili Sabet et al. 2020, "Itermax", https://arxiv.org/abs/2004.08728
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.matching import mutual_best
from calque.maths.similarity import checked
from calque.roles import pairer
from calque.values import Links


@pairer(paper="jalili-sabet-etal-2020-simalign")
def itermax(similarity: np.ndarray, *, rounds: int = 2, damping: float = 0.9) -> Links:
    """Link mutual best words, then look again among the words still free.

    A pair with one linked side counts for less (`damping`); a pair with both sides linked no
    longer counts. Stops early once one side has no free word. More links than `wordalign.mutual`,
    somewhat less sure; pays between distant languages. Links are scored by their similarity.

    similarity: [m, n]  cosine of source word i and target word j, in [-1, 1]
    rounds:     how often to look; 1 is plain mutual argmax
    damping:    weight in [0, 1] of a pair with one linked side; lower gives fewer links of one
                word to several
    """
    if rounds < 1 or not 0 <= damping <= 1:
        raise BadSetting(
            "wordalign.itermax: rounds must be at least 1 and damping lie in [0, 1], "
            f"got {rounds} and {damping}"
        )
    # damping would favor linked words where similarity is below zero
    grid = checked(similarity, "wordalign.itermax", unit=True)
    score = (grid + 1) / 2
    linked = mutual_best(score)
    if min(score.shape) <= 2:  # as the authors' code does; a plain reading would loop on
        return Links.from_grid(linked, grid)
    for _ in range(rounds - 1):
        row, column = linked.any(axis=1, keepdims=True), linked.any(axis=0, keepdims=True)
        if row.all() or column.all():
            break
        weight = np.where(row & column, 0.0, np.where(row | column, damping, 1.0))
        more = linked | (mutual_best(score * weight) & (weight > 0))
        if (more == linked).all():  # nor would it change in further rounds
            break
        linked = more
    return Links.from_grid(linked, grid)
