"""Drops the links of words that are about as close to all words as to one another.

Source: Jalili Sabet et al. 2020, "Null Extension", https://arxiv.org/abs/2004.08728
"""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.maths.similarity import checked
from calque.roles import part
from calque.values import Links


@part(paper="jalili-sabet-etal-2020-simalign")
def null_filter(
    links: Sequence[Links], similarities: Sequence[np.ndarray], *, quantile: float = 0.95
) -> list[Links]:
    """Drop links whose words are undecided, compared with all links of the corpus.

    A word is undecided by the entropy of its similarities to the other side, as a share of the
    greatest possible; a link by the smaller of its two words'. Raises precision and lowers recall.
    Sentence pairs with a side of at most two words keep their links and are not counted.

    links:        of each sentence pair
    similarities: each [m, n], the cosines in [-1, 1] that the links were made from
    quantile:     in (0, 1], links above it are dropped: about 1 - quantile of all. 1 drops none, the
                  authors' default; they tried 0.95 and more
    """
    if not 0 < quantile <= 1:
        raise BadSetting(f"wordalign.null_filter: quantile must lie in (0, 1], got {quantile}")
    if len(links) != len(similarities):
        raise BadValue(
            f"wordalign.null_filter: links of {len(links)} sentence pairs, but {len(similarities)} grids"
        )
    undecided = [_undecided(made, grid) for made, grid in zip(links, similarities, strict=True)]
    ranked = np.sort(np.concatenate([np.zeros(0), *undecided]))
    counted = ranked[ranked > 0]  # links that nothing competes with are not counted either
    place = int(quantile * len(counted))
    limit = counted[place] if place < len(counted) else np.inf
    return [
        Links(made.pairs[keep], made.size, made.score[keep], made.sure[keep])
        for made, keep in zip(links, (each <= limit for each in undecided), strict=True)
    ]


def _undecided(made: Links, similarity: np.ndarray) -> np.ndarray:
    """[k] how undecided each link is, in [0, 1]; 0 for all where a side is too short to tell."""
    grid = checked(similarity, "wordalign.null_filter", unit=True)
    if grid.shape != made.size:
        raise BadValue(
            f"wordalign.null_filter: links on a grid of {made.size}, similarities on one of {grid.shape}"
        )
    if min(grid.shape) <= 2:
        return np.zeros(len(made))
    score = (grid + 1) / 2
    rows, columns = made.pairs.T
    return np.minimum(_entropy(score)[rows], _entropy(score.T)[columns])


def _entropy(score: np.ndarray) -> np.ndarray:
    """[m] entropy of each row, made to sum to 1, as a share of the greatest possible."""
    total = score.sum(axis=1, keepdims=True)
    p = score / np.where(total > 0, total, 1.0)
    terms = p * np.log(np.where(p > 0, p, 1.0))
    return -terms.sum(axis=1) / np.log(score.shape[1])
