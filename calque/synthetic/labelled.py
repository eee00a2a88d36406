"""Labelled examples in a language of a synthetic family."""

from calque.roles import part
from calque.synthetic.naming import named
from calque.values import Labelled


@part
def labelled(
    *,
    task: str = "topic",
    family: str = "",
    language: str = "qaa",
    n: int = 1000,
    seed: int = 0,
    tokenized: bool = True,
) -> Labelled:
    """Label n meanings, said in a language of a synthetic family; row by row the same in every language.

    task:   "topic", "ner", "pos", "parse", "nli", "intents", "answer" or "tuples"
    family: settings in one line, for example "seed=3 tree=star scripts=Latn,Cyrl"; see docs/synthetic.md
    tokenized: a space between any two words in texts; else as the script is written
    """
    return named(family).labelled(task, language, n, seed, tokenized=tokenized)
