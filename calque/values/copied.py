"""Pieces that exist once more for one language: how they are named and found."""

import re

import numpy as np

from calque.values.vocabulary import Vocabulary

_COPY = re.compile(r"^(.+)⟨([^⟨⟩]+)⟩$", re.DOTALL)


def named(piece: str, language: str) -> str:
    """The copy of a piece that belongs to a language."""
    return f"{piece}⟨{language}⟩"


def originals(vocabulary: Vocabulary) -> dict[int, tuple[int, str]]:
    """Id of every copy, to that of its original and its language."""
    ids = {piece: index for index, piece in enumerate(vocabulary.pieces) if piece}
    found = {}
    for piece, index in ids.items():
        match = _COPY.match(piece)
        if match and match[1] in ids:
            found[index] = (ids[match[1]], match[2])
    return found


def in_language(vocabulary: Vocabulary, language: str) -> np.ndarray:
    """[t] the id that a language uses in place of each: its own copy where it has one."""
    place = np.arange(len(vocabulary))
    for copy, (original, owner) in originals(vocabulary).items():
        if owner == language:
            place[original] = copy
    return place
