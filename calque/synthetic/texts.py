"""Text in a language of a synthetic family."""

from calque.roles import part
from calque.synthetic.naming import named
from calque.values import Texts


@part
def texts(
    *,
    family: str = "",
    language: str = "qaa",
    n: int = 1000,
    seed: int = 0,
    of: str = "statements",
    tokenized: bool = True,
) -> Texts:
    """Say n meanings in a language of a synthetic family.

    family: settings in one line, for example "seed=3 tree=star scripts=Latn,Cyrl"; see docs/synthetic.md
    of:     "statements", "gists" (the same statements cut down to who does what), "requests", "premises",
            "hypotheses", "contexts" or "questions"
    tokenized: a space between any two words; else as the script is written
    """
    return named(family).texts(language, n, seed, of=of, tokenized=tokenized)
