"""Keeps the links that both directions agree on.

Source: Och and Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", the
intersection
"""

from calque.errors import BadValue
from calque.roles import joiner
from calque.values import Links


@joiner(paper="och-ney-2003-systematic")
def intersect(forward: Links, backward: Links) -> Links:
    """Keep links that both directions hold, scored by the mean of their scores.

    The strictest joiner: few links, most of them right.

    forward, backward: links of one sentence pair, source first in both
    """
    if forward.size != backward.size:  # NumPy would stretch a side of one word
        raise BadValue(
            f"wordalign.intersect: forward links lie on a grid of {forward.size}, backward links on "
            f"one of {backward.size}; both must be of one sentence pair, source first"
        )
    both = forward.grid() & backward.grid()
    return Links.from_grid(both, (forward.scores() + backward.scores()) / 2)
