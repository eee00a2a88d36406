"""Keeps the links that both directions agree on.

Source: Och and Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", the
intersection
"""

from calque.roles import joiner
from calque.values import Links


@joiner(paper="och-ney-2003-systematic")
def intersect(forward: Links, backward: Links) -> Links:
    """Keep links that both directions hold, scored by the mean of their scores.

    The strictest joiner: few links, most of them right.

    forward, backward: links of one sentence pair, source first in both
    """
    cells, held, scores = forward.beside(backward)
    both = held.all(axis=0)
    return Links(cells[both], forward.size, scores[:, both].mean(axis=0))
