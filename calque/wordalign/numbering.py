"""Numbers the words of a bitext by type, for aligners that count."""

import logging
from dataclasses import dataclass

import numpy as np

from calque.languages.words import folded, words_of
from calque.values import Bitext, Texts

log = logging.getLogger(__name__)

LONGEST = 1 << 22  # cells of a grid: 2,048 words on either side


@dataclass(frozen=True)
class Numbered:
    """Sentence pairs as word types, the side that explains first.

    given, explained: per pair [m] and [n] the types from 0; both empty where a pair is too long
    names:  the word of each type, of the given and of the explained side
    sizes:  number of words, source and target, whichever side explains
    """

    given: list[np.ndarray]
    explained: list[np.ndarray]
    names: tuple[list[str], list[str]]
    sizes: list[tuple[int, int]]


def numbered(
    bitext: Bitext,
    *,
    prefix: int,
    reverse: bool,
    known: tuple[dict[str, int], dict[str, int]] | None = None,
) -> Numbered:
    """Read the words of a bitext, in lower case and composed form (NFC).

    prefix:  characters kept of each word, 0 for all
    reverse: the target side explains
    known:   types of an earlier bitext, of the given and of the explained side; words that are
             not among them get the number after the last
    """
    texts = (bitext.targets, bitext.sources) if reverse else (bitext.sources, bitext.targets)
    ids: tuple[dict[str, int], dict[str, int]] = known or ({}, {})
    given, explained = (
        _rows(side, _Types(types, prefix, known is None))
        for side, types in zip(texts, ids, strict=True)
    )
    sizes = [(len(g), len(e)) for g, e in zip(given, explained, strict=True)]
    long = [row for row, (m, n) in enumerate(sizes) if m * max(m, n) > LONGEST]
    if long:
        log.warning(
            "%d sentence pairs are too long and stay unlinked (the first is number %d, of %d and %d "
            "words); cut them into sentences",
            len(long),
            long[0] + 1,
            *(sizes[long[0]][::-1] if reverse else sizes[long[0]]),
        )
    for row in long:
        given[row] = explained[row] = np.zeros(0, dtype=np.int64)
    if reverse:
        sizes = [(m, n) for n, m in sizes]
    return Numbered(given, explained, (list(ids[0]), list(ids[1])), sizes)


class _Types(dict[str, int]):
    """Type of each word as it is written; one not met before is looked up as aligners compare it."""

    def __init__(self, types: dict[str, int], prefix: int, growing: bool):
        super().__init__()
        self.types, self.prefix, self.growing = types, prefix, growing

    def __missing__(self, word: str) -> int:
        plain = folded(word)
        plain = plain[: self.prefix] if self.prefix else plain
        number = self.types.get(plain, len(self.types))
        if self.growing:
            self.types[plain] = number
        self[word] = number
        return number


def _rows(texts: Texts, types: _Types) -> list[np.ndarray]:
    """Types [words] of each text."""
    rows = []
    for text in texts:
        words = words_of(text, texts.tokenized)
        rows.append(np.fromiter(map(types.__getitem__, words), np.int64, len(words)))
    return rows
