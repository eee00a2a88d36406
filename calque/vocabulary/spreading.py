"""Weights between words or lists of pieces, as weights between pieces."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from calque.values import Vocabulary
from calque.vocabulary.cutting import cut_words


def means(cut: Sequence[Sequence[int]], count: int) -> sparse.csr_matrix:
    """[t, count] each row the plain mean of its pieces; those without any stay empty."""
    sizes = np.array([len(ids) for ids in cut], dtype=int)
    columns = np.array([index for ids in cut for index in ids], dtype=int)
    weights = np.repeat(1 / np.maximum(sizes, 1), sizes)
    rows = np.repeat(np.arange(len(cut)), sizes)
    return sparse.csr_matrix((weights, (rows, columns)), shape=(len(cut), count))


def spread(
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]],
    weights: Sequence[float] | np.ndarray,
    old: Vocabulary,
    new: Vocabulary,
) -> sparse.csr_matrix:
    """[t, s] of pairs of an old and a new expression, each a list of words, with these weights.

    Every new piece gathers the weight of the pairs it stands in: half of it goes evenly to the old
    pieces beside it, half to those at its own place, first to first and so on (Remy et al. 2024).
    A pair of which one side has no pieces takes no part.
    """
    sides = [_pieces([pair[k] for pair in pairs], v) for k, v in ((0, old), (1, new))]
    groups: dict[tuple[int, int], list[int]] = {}
    for place, (source, target) in enumerate(zip(*sides, strict=True)):
        if source and target:
            groups.setdefault((len(source), len(target)), []).append(place)
    mass = np.asarray(weights, dtype=float)
    total = sparse.csr_matrix((len(new), len(old)))
    for (m, n), places in groups.items():
        sources, targets = (np.array([side[k] for k in places]) for side in sides)
        cells = mass[places, None, None] * _shares(m, n)
        rows = np.broadcast_to(targets[:, None, :], cells.shape)
        columns = np.broadcast_to(sources[:, :, None], cells.shape)
        total = total + sparse.csr_matrix(
            (cells.ravel(), (rows.ravel(), columns.ravel())), shape=total.shape
        )
    return sparse.csr_matrix(total)


def _shares(m: int, n: int) -> np.ndarray:
    """[m, n] of the weight of each of n new pieces, what each of m old ones is given; columns sum to 1."""
    begins = np.maximum(np.arange(m)[:, None] / m, np.arange(n) / n)
    ends = np.minimum((np.arange(m)[:, None] + 1) / m, (np.arange(n) + 1) / n)
    along = np.maximum(0.0, ends - begins)  # of the unit square's diagonal in each cell
    return 0.5 / m + 0.5 * n * along


def _pieces(expressions: Sequence[Sequence[str]], vocabulary: Vocabulary) -> list[list[int]]:
    """Pieces of each, without special ones: what reads as unknown says nothing."""
    words = sorted({word for expression in expressions for word in expression})
    cut = dict(zip(words, cut_words(vocabulary, words), strict=True))
    silent = {k for k, text in enumerate(vocabulary.readings) if not text}
    return [
        [index for word in expression for index in cut[word] if index not in silent]
        for expression in expressions
    ]
