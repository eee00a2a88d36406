"""Vectors of a tokenizer's pieces from the company they keep in text, for FOCUS.

Source: Dobler and de Melo 2023, "FOCUS: Effective Embedding Initialization for Monolingual Specialization
of Multilingual Models", section 3, https://arxiv.org/abs/2305.14481: vectors of pieces trained on text
that the new tokenizer cut. Theirs are fastText's
"""

import numpy as np

from calque.roles import part
from calque.values import Space, Texts, Vocabulary
from calque.vocabulary.contexts import check_contexts, context_vectors

_CHUNK = 4096  # texts cut at a time


@part(paper="dobler-demelo-2023-focus")
def static_pieces(
    vocabulary: Vocabulary,
    texts: Texts,
    *,
    width: int = 100,
    window: int = 5,
    least: int = 10,
) -> Space:
    """Make a vector of length 1 for every piece that the text has often enough: float32 [n, width].

    Made as `vocabulary.static_vectors` makes those of words, and named by pieces, in the order of their
    ids. Special pieces have none.

    least: as in the paper 10; with a few thousand sentences 2 or 3 leaves fewer pieces without a vector
    width, window: see `vocabulary.static_vectors`
    """
    check_contexts("vocabulary.static_pieces", width, window, least)
    sequences = []
    for start in range(0, len(texts), _CHUNK):
        some = list(texts.take(range(start, min(start + _CHUNK, len(texts)))))
        sequences += [np.array(ids, dtype=np.int64) for ids in vocabulary.cut(some)]
    counts = np.bincount(np.concatenate([*sequences, []]).astype(int), minlength=len(vocabulary))
    kept = counts >= least
    kept &= [text != "" for text in vocabulary.readings]
    index = np.where(kept, np.cumsum(kept) - 1, -1)
    sequences = [index[one] for one in sequences]
    vectors = context_vectors(sequences, int(kept.sum()), width=width, window=window)
    names = tuple(vocabulary.pieces[k] for k in np.flatnonzero(kept))
    return Space(names, vectors, texts.language)
