"""Keeps the links that either direction holds.

Source: Och and Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", the union
"""

from calque.roles import joiner
from calque.values import Links


@joiner(paper="och-ney-2003-systematic")
def union(forward: Links, backward: Links) -> Links:
    """Keep links that either direction holds, scored by the mean of both scores.

    The most generous joiner: many links, more of them wrong. A direction without the link counts
    as a score of 0, so that what both hold ranks higher.

    forward, backward: links of one sentence pair, source first in both
    """
    cells, _, scores = forward.beside(backward)
    return Links(cells, forward.size, scores.mean(axis=0))
