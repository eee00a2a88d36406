"""Facts in a language of a synthetic family."""

from calque.roles import part
from calque.synthetic.naming import named
from calque.values import Table


@part
def facts(*, family: str = "", language: str = "qaa", n: int = 100, seed: int = 0) -> Table:
    """Say n facts as subject, relation, object, statement and question; the same in every language.

    family: settings in one line, for example "seed=3 tree=star scripts=Latn,Cyrl"; see docs/synthetic.md
    """
    return named(family).facts(language, n, seed)
