"""Grow-diag, the joiner of phrase-based translation.

Source: Koehn et al. 2003, "Statistical Phrase-Based Translation"; the order of the sweep is that of
the Moses implementation
"""

import numpy as np

from calque.roles import joiner
from calque.values import Links


@joiner(paper="koehn-etal-2003-statistical")
def grow_diag(forward: Links, backward: Links) -> Links:
    """Start from links that both hold, add neighbors that either holds and that reach a free word.

    A neighbor touches an accepted link on one of eight sides. Sweeps row by row, with what is
    added counting at once, until a sweep adds nothing. Scores: the mean of both directions.

    forward, backward: links of one sentence pair, source first in both
    """
    forward.same_pair(backward)
    either = forward.grid() | backward.grid()
    linked = forward.grid() & backward.grid()
    m, n = either.shape
    near = np.zeros((m + 2, n + 2), dtype=int)  # accepted neighbors of a cell, with a border
    for i, j in np.argwhere(linked):
        near[i : i + 3, j : j + 3] += 1
    rows, columns = np.any(linked, axis=1), np.any(linked, axis=0)
    waiting = [tuple(cell) for cell in np.argwhere(either & ~linked)]
    grew = True
    while grew:
        grew = False
        for i, j in list(waiting):
            if near[i + 1, j + 1] and not (rows[i] and columns[j]):
                linked[i, j] = rows[i] = columns[j] = grew = True
                near[i : i + 3, j : j + 3] += 1
                waiting.remove((i, j))
    return Links.from_grid(linked, (forward.scores() + backward.scores()) / 2)
