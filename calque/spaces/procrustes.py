"""Rotates one space of word vectors into another, so that translations meet.

Source: Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem",
https://doi.org/10.1007/BF02289451; with the cases of words of WECHSEL: Minixhofer et al. 2022, section
3.2, https://aclanthology.org/2022.naacl-main.293
"""

import logging
from collections.abc import Iterator

import numpy as np

from calque.errors import BadValue
from calque.roles import part
from calque.values import Lexicon, Map, Space

log = logging.getLogger(__name__)


@part(paper="schonemann-1966-procrustes")
def procrustes(source: Space, target: Space, lexicon: Lexicon) -> Map:
    """Find the rotation of `source` that brings the pairs of the lexicon nearest to each other.

    A pair counts for each of the nine ways to write it that both spaces know: either word as it is, in
    lower case, or with a capital. Vectors are taken as they are, neither centered nor scaled.

    The map keeps lengths and angles where `target` is at least as wide: a narrower source is laid
    into the wider space. A wider source loses the directions that say least about the pairs. The
    target never changes, so that one target serves many sources.

    source, target: [m, d] and [n, k] word vectors
    lexicon: pairs of words, source first; weights count. Entries of several words have no vector and
             are left out, as are words that a space lacks; both are logged

    BadValue where no pair is left.
    """
    pairs, weights, phrases = _known(source, target, lexicon)
    log.info(
        "%d of %d entries used; %d of several words left out",
        len({entry for entry, _, _ in pairs}),
        len(lexicon),
        phrases,
    )
    if not pairs:
        raise BadValue(
            f"spaces.procrustes: none of the {len(lexicon)} entries has a vector on both sides "
            f"({phrases} are of several words); the spaces hold e.g. {_some(source)} and {_some(target)}"
        )
    _, rows, columns = (list(column) for column in zip(*pairs, strict=True))
    left = source.vectors[rows].astype(np.float64) * np.array(weights)[:, None]
    right = target.vectors[columns].astype(np.float64)
    turned, _, back = np.linalg.svd(left.T @ right, full_matrices=False)
    return Map((turned @ back).astype(np.float32), source.language, target.language)


def _known(
    source: Space, target: Space, lexicon: Lexicon
) -> tuple[list[tuple[int, int, int]], list[float], int]:
    """(entry, row, column) of every written form, their weights, and how many entries are phrases."""
    rows, columns = ({name: k for k, name in enumerate(side.names)} for side in (source, target))
    pairs, weights, phrases = [], [], 0
    for entry, (one, other, weight) in enumerate(lexicon):
        if len(one.split()) != 1 or len(other.split()) != 1:
            phrases += 1
            continue
        for first in _cases(one):
            for second in _cases(other):
                if first in rows and second in columns:
                    pairs.append((entry, rows[first], columns[second]))
                    weights.append(weight)
    return pairs, weights, phrases


def _cases(word: str) -> Iterator[str]:
    yield from (word, word.lower(), word.title())


def _some(space: Space) -> str:
    return ", ".join(f"'{name}'" for name in space.names[:3]) or "nothing"
