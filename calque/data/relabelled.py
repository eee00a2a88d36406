"""Sentence pairs whose sides have other names."""

from calque.roles import part
from calque.values import Bitext


@part
def relabelled(bitext: Bitext, *, source: str = "", target: str = "") -> Bitext:
    """Call the sides of pairs otherwise, for example to let a translator learn something else than a language.

    A translator learns one thing to write for each name of a target: with names such as "same" and "wrong" of pairs
    in several languages it learns to repeat and to make errors, and can do either in a language in which it has
    seen the other alone.

    source, target: new names; a side keeps its own where empty
    """
    return Bitext(bitext.table, source or bitext.source, target or bitext.target, bitext.tokenized)
