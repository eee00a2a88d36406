"""The best tree over words of which each has one head, and exactly one hangs from the root.

Source: Chu & Liu 1965; Edmonds 1967, "Optimum Branchings"; for one word below the root the scores of
the root's arcs are lowered so far that the best tree has as few of them as it can
"""

import numpy as np

from calque.errors import BadValue


def best_tree(scores: np.ndarray) -> np.ndarray:
    """Heads [n] of the tree with the greatest sum of scores: 0 for the root, else a word from 1.

    scores: [n, n + 1]  of word i + 1 hanging from j, j = 0 being the root; -inf where it cannot. The
            scores of words hanging from themselves do not count
    """
    n = len(scores)
    if not n:
        return np.zeros(0, dtype=np.int64)
    scores = np.array(scores, dtype=np.float64)
    scores[np.arange(n), np.arange(1, n + 1)] = -np.inf
    if np.isnan(scores).any() or (scores == np.inf).any():
        raise BadValue("best_tree: scores must be numbers below infinity")
    heads = scores.argmax(axis=1)
    if (heads == 0).sum() == 1 and np.isfinite(scores.max(axis=1)).all() and not len(cycle(heads)):
        return heads
    return _lowered(scores)


def _lowered(scores: np.ndarray) -> np.ndarray:
    finite = np.isfinite(scores)
    n, seen = len(scores), scores[finite]
    low, high = (seen.min(), seen.max()) if len(seen) else (0.0, 0.0)
    # what cannot be is worse than anything that can, and a second arc from the root than both
    never = low - n * (high - low) - 1
    scores = np.where(finite, scores, never)
    scores[:, 0] -= n * (high - never) + 1
    whole = np.full((n + 1, n + 1), -np.inf)
    whole[1:] = scores
    np.fill_diagonal(whole, -np.inf)
    heads = _edmonds(whole)[1:]
    if not finite[np.arange(n), heads].all():
        raise BadValue("best_tree: no tree has scores above -inf in all its arcs")
    return heads


def cycle(heads: np.ndarray) -> np.ndarray:
    """The words of a cycle, from 1; none in a tree.

    heads: [n]  0 for the root, else a word from 1
    """
    state = np.zeros(len(heads) + 1, dtype=np.int64)
    state[0] = -1
    for start in range(1, len(heads) + 1):
        at = start
        while not state[at]:
            state[at] = start
            at = int(heads[at - 1])
        if state[at] == start:
            found = [at]
            while (at := int(heads[at - 1])) != found[0]:
                found.append(at)
            return np.array(sorted(found))
    return np.zeros(0, dtype=np.int64)


def _edmonds(scores: np.ndarray) -> np.ndarray:
    """Heads [n] of the best tree from 0, whose own head means nothing.

    scores: [n, n]  of a row hanging from a column; -inf on the diagonal and in row 0
    """
    heads = scores.argmax(axis=1)
    ring = cycle(heads[1:])
    if not len(ring):
        return heads
    inside = np.zeros(len(scores), dtype=bool)
    inside[ring] = True
    outside = np.flatnonzero(~inside)
    # the cycle becomes the last place: what hangs from it takes its best word, and what it hangs
    # from breaks it where that costs least
    k = len(outside)
    smaller = np.full((k + 1, k + 1), -np.inf)
    smaller[:k, :k] = scores[np.ix_(outside, outside)]
    giver = ring[scores[np.ix_(outside, ring)].argmax(axis=1)]
    smaller[:k, k] = scores[outside, giver]
    smaller[0] = -np.inf
    entering = scores[np.ix_(ring, outside)] - scores[ring, heads[ring]][:, None]
    taker = ring[entering.argmax(axis=0)]
    smaller[k, :k] = entering.max(axis=0)
    found = _edmonds(smaller)
    result = heads.copy()
    for place, word in enumerate(outside):
        result[word] = giver[place] if found[place] == k else outside[found[place]]
    result[taker[found[k]]] = outside[found[k]]
    return result
