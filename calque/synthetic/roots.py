"""Sounds, the roots made of them, and the regular changes that they undergo.

A root is a string over 23 sounds, each written here by one Latin letter.
"""

from collections.abc import Sequence

import numpy as np

VOWELS = "aeiou"
CONSONANTS = "pbtdkgmnszfvhlrycx"
SOUNDS = VOWELS + CONSONANTS
_NEIGHBORS = ("pbfvm", "tdszn", "kghcx", "lry", "aeiou")  # sounds that turn into one another


def shape(rank: int, syllables: int = 2) -> str:
    """Pattern of C and V for the word of a frequency rank; frequent words are shorter."""
    if rank < 60:
        return "CV" * syllables
    return "CV" * syllables + ("C" if rank % 2 else "CV")


def fresh(
    shapes: Sequence[str], taken: set[str], random: np.random.Generator, keep: Sequence[bool]
) -> list[str]:
    """A root per shape. Those with `keep` differ from `taken` and among themselves, and are added to it.

    shapes: patterns such as "CVCV"
    keep:   False where the root is not going to be used and may equal another
    """
    width = max(map(len, shapes), default=0)
    draws = random.random((len(shapes), width)).tolist()
    roots = []
    for pattern, row, kept in zip(shapes, draws, keep, strict=True):
        root, tries = _spell(pattern, row), 0
        while kept and root in taken:
            tries += 1  # a shelf of short roots that is full yields a longer one in the end
            longer = pattern + "CV" * (tries // 20)
            root = _spell(longer, random.random(len(longer)).tolist())
        if kept:
            taken.add(root)
        roots.append(root)
    return roots


def _spell(pattern: str, draws: list[float]) -> str:
    tables = {"C": CONSONANTS, "V": VOWELS}
    letters = (tables[p][int(u * len(tables[p]))] for p, u in zip(pattern, draws, strict=False))
    return "".join(letters)


def sound_change(random: np.random.Generator) -> dict[int, int]:
    """A table for `str.translate` that exchanges two sounds in each of two groups of neighbors.

    An exchange is one to one, so that words that differ before differ after.
    """
    table = {}
    groups = np.argsort(random.random(len(_NEIGHBORS)), kind="stable")[:2]
    for group in groups:
        sounds = _NEIGHBORS[int(group)]
        one, other = np.argsort(random.random(len(sounds)), kind="stable")[:2]
        table[ord(sounds[one])] = ord(sounds[other])
        table[ord(sounds[other])] = ord(sounds[one])
    return table
