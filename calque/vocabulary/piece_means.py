"""Vectors of pieces from the words that hold them.

Source: Minixhofer et al. 2022, "WECHSEL", section 3.1 and its code, words without n-grams,
https://aclanthology.org/2022.naacl-main.293; Liu et al. 2024, "OFA", section 3.2, every word alike,
https://arxiv.org/abs/2311.08849
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from calque.languages.words import folded, words_of
from calque.roles import part
from calque.values import Space, Texts, Vocabulary

_CHUNK = 8192  # words cut at a time


@part(paper="wechsel")
def piece_means(
    vocabulary: Vocabulary,
    words: Space,
    texts: Texts | None = None,
    *,
    capitals: bool = False,
) -> Space:
    """Give each piece the mean of the words that are cut into it, among others: float32 [n, d].

    A word is cut as it is and with a space before it; both count. Named by pieces, in the order of
    their ids; pieces in no word have no vector, nor have special ones.

    words:    [n, d] of the language that the pieces are of
    texts:    in which words are counted, to weigh them by how often they occur (WECHSEL); a word that
              does not occur has no weight. Without, every word weighs the same (OFA)
    capitals: words are cut with a space and a capital first letter too (OFA)
    """
    weights = _weights(words, texts)
    rows, columns = [], []
    spellings: list[Callable[[str], str]] = [str, " {}".format]
    if capitals:
        spellings.append(lambda word: f" {word[:1].upper()}{word[1:]}")
    for start in range(0, len(words), _CHUNK):
        some = words.names[start : start + _CHUNK]
        for spelling in spellings:
            cut = vocabulary.cut([spelling(word) for word in some])
            for k, ids in enumerate(cut, start):
                pieces = set(ids)
                rows += pieces
                columns += [k] * len(pieces)
    shape = (len(vocabulary), len(words))
    places = (np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64))
    matrix: Any = sparse.csr_matrix((weights[places[1]], places), shape=shape)
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    sums[[k for k, text in enumerate(vocabulary.readings) if not text]] = 0
    kept = np.flatnonzero(sums)
    means = (matrix[kept] @ words.vectors.astype(np.float64)) / sums[kept, None]
    names = tuple(vocabulary.pieces[k] for k in kept)
    return Space(names, means.astype(np.float32), words.language)


def _weights(words: Space, texts: Texts | None) -> np.ndarray:
    if texts is None:
        return np.ones(len(words))
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(words_of(text, texts.tokenized))
    lower: Counter[str] = Counter()
    for word, count in counts.items():
        lower[folded(word)] += count
    # vectors of words in lower case stand for all their spellings
    return np.array([lower[w] if w == folded(w) else counts[w] for w in words.names], dtype=float)
