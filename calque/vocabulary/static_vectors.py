"""Word vectors from a little text, in seconds.

Source: Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word
Embeddings", sections 2 and 3, https://aclanthology.org/Q15-1016
"""

import logging
from collections import Counter

import numpy as np

from calque.languages.words import folded, words_of
from calque.roles import part
from calque.values import Space, Texts
from calque.vocabulary.contexts import check_contexts, context_vectors

log = logging.getLogger(__name__)


@part(paper="levy-etal-2015-improving")
def static_vectors(
    texts: Texts,
    *,
    width: int = 100,
    window: int = 5,
    least: int = 2,
    lowercase: bool = True,
) -> Space:
    """Make a vector of length 1 for every word, from the words that stand near it: float32 [n, width].

    Counts of neighbors become positive pointwise mutual information, and this is factorized. Nothing is
    drawn but from a fixed seed: the same text gives the same vectors. Words are in the order of their
    counts, the most frequent first, as in files of published vectors.

    With 2,000 sentences of news in English and Swahili (NTREX-128) and 1,040 pairs to align by
    (`spaces.procrustes`), 17 % of as many other pairs are nearest neighbors, where fastText with the
    settings of WECHSEL finds 1 % and its skip-grams 7 % (`benchmarks.vocabulary --section words`).
    Published vectors of much more text are better (`data.vectors`).

    texts:     of one language; words of `calque.languages.words`
    width:     of the vectors, with zeros where the text has too few words
    window:    how many words to either side are company; 10 where topics count more than grammar
    least:     a word that occurs less often has no vector, but stands between others
    lowercase: whether words are read in lower case, in composed form (NFC)
    """
    check_contexts("vocabulary.static_vectors", width, window, least)
    found = (words_of(text, texts.tokenized) for text in texts)
    sentences = [[folded(w) for w in words] if lowercase else words for words in found]
    counts = Counter(word for words in sentences for word in words)
    kept = sorted(
        (w for w, count in counts.items() if count >= least), key=lambda w: (-counts[w], w)
    )
    index = {word: k for k, word in enumerate(kept)}
    sequences = [np.array([index.get(w, -1) for w in words], dtype=np.int64) for words in sentences]
    log.info("vectors of %d of %d words", len(kept), len(counts))
    vectors = context_vectors(sequences, len(kept), width=width, window=window)
    return Space(tuple(kept), vectors, texts.language)
