"""Grow-diag-final-and, the default joiner of Moses.

Source: Koehn et al. 2005, "Edinburgh System Description for the 2005 IWSLT Speech Translation
Evaluation"; the order of the steps is that of the Moses implementation
"""

from functools import partial

from calque.maths import growing
from calque.roles import joiner
from calque.values import Links


@joiner(paper="koehn-etal-2005-edinburgh")
def grow_diag_final_and(forward: Links, backward: Links) -> Links:
    """Grow as `wordalign.grow_diag`, then add links between two words that are both still free.

    More links than grow-diag, more of them right than with `wordalign.grow_diag_final`.
    Forward links come first, then backward ones, each row by row.
    Scores: the mean of both directions, one without the link counting as 0.

    forward, backward: links of one sentence pair, source first in both
    """
    return forward.grown(backward, partial(growing.grow_diag_final, both=True))
