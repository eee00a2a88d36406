"""Rewritten texts as sentence pairs."""

import numpy as np

from calque.roles import part
from calque.values import Bitext, View


@part
def beside(view: View, *, changed: bool = False) -> Bitext:
    """Put every text beside what became of it, the original as source.

    changed: leave out texts that are as they were, such as those in Latin letters before a
             romanization: as pairs to learn from they teach nothing
    """
    if not changed:
        return view.bitext
    return view.bitext.take(np.flatnonzero([old != new for old, new in view]))
