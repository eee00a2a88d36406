"""The character n-grams of pieces, as what their rows are made of.

Source: Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information", section 3.2,
https://arxiv.org/abs/1607.04606
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from calque.errors import BadSetting
from calque.languages.proclitics import without_proclitics
from calque.roles import part
from calque.values import Mixture, Vocabulary
from calque.values.marks import BEGINS


@part(paper="bojanowski-etal-2017-enriching")
def grams(
    vocabulary: Vocabulary,
    proclitics: list[str] | None = None,
    *,
    shortest: int = 3,
    longest: int = 6,
    shared: int = 2,
) -> Mixture:
    """Make every piece the mean of its character n-grams: a Mixture [pieces, n-grams].

    Pieces that spell alike so have rows alike: a form of a word that no sentence shows is known by
    the forms that some sentence shows. What begins a word has a mark (▁) before it, which counts
    as a character. A piece shorter than `shortest` is an n-gram of its own. Unlike the paper, a word's
    end is not marked, as a piece does not know whether it is the last, and n-grams are not hashed.

    proclitics: (`vocabulary.proclitics`) are no part of a word that is a piece without them
    shortest, longest: characters of an n-gram
    shared:            in how many pieces an n-gram must occur. Special pieces, and those whose n-grams
                       are all rarer, have an empty row
    """
    if not 1 <= shortest <= longest or shared < 1:
        raise BadSetting(
            f"vocabulary.grams: needs 1 ≤ shortest ≤ longest and shared ≥ 1, got {shortest}, "
            f"{longest} and {shared}"
        )
    texts = vocabulary.texts
    if proclitics:
        texts = _bare(texts, frozenset(proclitics))
    made = [_grams(text, shortest, longest) for text in texts]
    counts = Counter(gram for own in made for gram in set(own))
    index = {
        g: k for k, g in enumerate(sorted(g for g, count in counts.items() if count >= shared))
    }
    rows, columns, weights = [], [], []
    for row, own in enumerate(made):
        known = [index[gram] for gram in own if gram in index]
        rows += [row] * len(known)
        columns += known
        weights += [1 / max(len(known), 1)] * len(known)
    matrix = sparse.csr_matrix(
        (np.array(weights), (np.array(rows, dtype=int), np.array(columns, dtype=int))),
        shape=(len(made), len(index)),
    )
    return Mixture(matrix, vocabulary.pieces, tuple(index))


def _bare(texts: Sequence[str], proclitics: frozenset[str]) -> list[str]:
    known = {text[1:] for text in texts if text.startswith(BEGINS)}
    return [
        BEGINS + without_proclitics(text[1:], proclitics, known)
        if text.startswith(BEGINS)
        else text
        for text in texts
    ]


def _grams(text: str, shortest: int, longest: int) -> list[str]:
    found = [
        text[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(len(text) - size + 1)
    ]
    return found or ([text] if text else [])
