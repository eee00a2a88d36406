"""Word pairs of a synthetic family."""

from calque.roles import part
from calque.synthetic.naming import named
from calque.values import Lexicon


@part
def lexicon(
    *, family: str = "", source: str = "qaa", target: str = "qab", inflected: bool = False
) -> Lexicon:
    """Pair all words of two languages of a synthetic family that say the same.

    family: settings in one line, for example "seed=3 tree=star scripts=Latn,Cyrl"; see docs/synthetic.md
    inflected: every form and sign; else dictionary forms
    """
    return named(family).lexicon(source, target, inflected=inflected)
