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
    forward.same_pair(backward)
    both = forward.grid() & backward.grid()
    return forward.joined(backward, both)
