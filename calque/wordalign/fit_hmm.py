"""Fits the hidden Markov model of word alignment, to be kept and applied to other text.

Source: Vogel et al. 1996, "HMM-Based Word Alignment in Statistical Translation",
https://aclanthology.org/C96-2141
"""

import numpy as np
from scipy import sparse

from calque.maths.grids import grids
from calque.maths.markov import fit_chain
from calque.roles import part
from calque.values import Bitext, Translation
from calque.wordalign.numbering import numbered
from calque.wordalign.settings import sensible

LEAST = 1e-4  # expected occurrences of a pair of words below which it is forgotten


@part(paper="vogel-etal-1996-hmm")
def fit_hmm(
    bitext: Bitext,
    *,
    rounds: int = 5,
    null: float = 0.2,
    smoothing: float = 0.002,
    prefix: int = 0,
    reverse: bool = False,
) -> Translation:
    """Learn translations and jumps from a bitext; `wordalign.link` applies them to any other.

    Settings are those of `wordalign.hmm`, which does both at once.

    bitext:    sentence pairs; raw text is cut into words by `calque.languages.words`
    rounds:    of expectation maximization for IBM model 1, and as many again for this model
    null:      share, in [0, 1), of target words that no source word explains
    smoothing: prior counts per source word and distinct target word
    prefix:    compare words by this many first characters, 0 for all
    reverse:   explain source words by target words instead

    Time and memory are those of `wordalign.hmm`; the model keeps 12 bytes per pair of words that it
    remembers.
    """
    sensible("wordalign.fit_hmm", rounds=rounds, null=null, smoothing=smoothing, prefix=prefix)
    words = numbered(bitext, prefix=prefix, reverse=reverse)
    corpus = grids(words.given, words.explained)
    counts, jumps = fit_chain(corpus, rounds=rounds, null=null, smoothing=smoothing)
    kept = counts.pairs >= LEAST
    given, explained = corpus.given[kept], corpus.explained[kept]
    share = counts.pairs[kept] / (counts.given[given] + counts.prior)
    shape = (1 + len(words.names[0]), len(words.names[1]))
    return Translation(
        sparse.csr_matrix((share, (given, explained)), shape=shape),
        tuple(words.names[0]),
        tuple(words.names[1]),
        np.pad(counts.usual, (0, max(0, shape[1] - len(counts.usual))))[: shape[1]],
        jumps,
        null,
        prefix,
        reverse,
    )
