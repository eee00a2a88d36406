"""Sentence pairs of the commons."""

from calque.commons import sentences
from calque.roles import part
from calque.values import Bitext


@part
def bitext(*, source: str = "eng", target: str, split: str = "train") -> Bitext:
    """Read the same sentences in two languages.

    source, target: two of eng, deu, tur, swh, ind, hin, arb
    split: "train", "dev", "test" or "all"
    """
    sides = (sentences(source, split), sentences(target, split))
    pairs = ((one.text, other.text) for one, other in zip(*sides, strict=True))
    return Bitext.of(pairs, source, target)
