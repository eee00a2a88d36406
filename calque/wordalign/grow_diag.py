"""Grow-diag, the joiner of phrase-based translation.

Source: Koehn et al. 2003, "Statistical Phrase-Based Translation"; the order of the sweep is that of
the Moses implementation
"""

from calque.maths import growing
from calque.roles import joiner
from calque.values import Links


@joiner(paper="koehn-etal-2003-statistical")
def grow_diag(forward: Links, backward: Links) -> Links:
    """Start from links that both hold, add neighbors that either holds and that reach a free word.

    A neighbor touches an accepted link on one of eight sides. Sweeps row by row, with what is
    added counting at once, until a sweep adds nothing. Scores: the mean of both directions.

    forward, backward: links of one sentence pair, source first in both
    """
    return forward.grown(backward, growing.grow_diag)
