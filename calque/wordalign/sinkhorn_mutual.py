"""Mutual argmax after a few rounds of normalization, the aligner of XLM-Align.

Source: Chi et al. 2021, "Improving Pretrained Cross-Lingual Language Models via Self-Labeled Word
Alignment", section 4.1, https://arxiv.org/abs/2106.06381
"""

import numpy as np

from calque.errors import BadSetting
from calque.maths.matching import best_columns
from calque.maths.similarity import checked
from calque.roles import pairer
from calque.values import Links


@pairer(paper="chi-etal-2021-improving")
def sinkhorn_mutual(similarity: np.ndarray, *, rounds: int = 2, least: float = 1e-6) -> Links:
    """Normalize columns and rows in turn, then link words that are each other's greatest share.

    Words that are close to everything lose weight, and words close to nothing gain: those without
    a counterpart may be linked. Source words choose by the grid whose rows were
    normalized last, target words by the one whose columns were. Made for dot products, whose
    ratios matter. Scores: the root of the product of both shares, in [0, 1].

    similarity: [m, n]  of source word i and target word j, higher is closer
    rounds:     of both normalizations; more bring the grid closer to a transport plan
    least:      smaller and negative similarities count as this; above 0
    """
    if rounds < 1 or not 0 < least < np.inf:
        raise BadSetting(
            "wordalign.sinkhorn_mutual: rounds must be at least 1 and least above 0, "
            f"got {rounds} and {least}"
        )
    # the authors' code means to raise what is not positive too, but does so on a copy
    by_row = np.maximum(checked(similarity, "wordalign.sinkhorn_mutual"), least)
    by_column = by_row
    for _ in range(rounds):
        by_column = by_row / by_row.sum(axis=0)
        by_row = by_column / by_column.sum(axis=1, keepdims=True)
    linked = best_columns(by_row) & best_columns(by_column.T).T
    return Links.from_grid(linked, np.sqrt(by_row * by_column))
