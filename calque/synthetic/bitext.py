"""Parallel text of a synthetic family."""

from calque.roles import part
from calque.synthetic.naming import named
from calque.values import Bitext


@part
def bitext(
    *,
    family: str = "",
    source: str = "qaa",
    target: str = "qab",
    n: int = 1000,
    seed: int = 0,
    of: str = "statements",
) -> Bitext:
    """Say the same meanings in two languages of a synthetic family; `synthetic.links` has the links.

    family: settings in one line, for example "seed=3 tree=star scripts=Latn,Cyrl"; see docs/synthetic.md
    source, target: codes of its languages: qaa, qab, ...
    n:      number of pairs, at least 0
    seed:   another seed draws other meanings
    of:     "statements", "gists" (the same statements cut down to who does what), "requests", "premises",
            "hypotheses", "contexts" or "questions"
    """
    return named(family).bitext(source, target, n, seed, of=of)
