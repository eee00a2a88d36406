"""How much of a hypothesis stands in its premise, and how long both are."""

import numpy as np

from calque.errors import BadValue
from calque.languages.words import folded, word_texts
from calque.values import Labelled


def pair_words(part: str, examples: Labelled) -> list[tuple[list[str], list[str]]]:
    """Folded words of both texts of each example; words without a letter or digit are left out."""
    if examples.task != "pair":
        raise BadValue(f"{part}: needs examples of task 'pair', got '{examples.task}'")
    for name in ("text", "text_b"):
        if examples.table[name].null_count:
            row = examples.table[name].to_pylist().index(None)
            raise BadValue(f"{part}: row {row} has no '{name}'; leave such pairs out")
    sides = (examples.table[name].to_pylist() for name in ("text", "text_b"))
    return [
        (_cut(a, examples.language), _cut(b, examples.language))
        for a, b in zip(*sides, strict=True)
    ]


def _cut(text: str, language: str) -> list[str]:
    return [
        folded(word)
        for word in word_texts(text, None if language in ("und", "mul") else language)
        if any(character.isalnum() for character in word)
    ]


def overlaps(pairs: list[tuple[list[str], list[str]]]) -> np.ndarray:
    """[n, 4] hypothesis words that stand in the premise, hypothesis words, premise words, and 1."""
    rows = [
        (sum(word in there for word in b), len(b), len(a), 1)
        for a, b in pairs
        for there in (set(a),)
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def features(pairs: list[tuple[list[str], list[str]]]) -> np.ndarray:
    """[n, 3] share of the hypothesis in the premise, whether all of it is, and its share of both texts' words.

    All lie in [0, 1]; an empty hypothesis has a share of 0.
    """
    inside, b, a, _ = overlaps(pairs).T
    share = inside / np.maximum(b, 1)
    return np.stack([share, (inside == b) & (b > 0), b / np.maximum(a + b, 1)], axis=1).astype(
        float
    )
