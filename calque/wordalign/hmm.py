"""The hidden Markov model of word alignment.

Source: Vogel et al. 1996, "HMM-Based Word Alignment in Statistical Translation",
https://aclanthology.org/C96-2141; the null word keeps the position as in Och and Ney 2003, "A Systematic
Comparison of Various Statistical Alignment Models", https://aclanthology.org/J03-1002
"""

from calque.maths.grids import grids
from calque.maths.markov import chained, fit_chain
from calque.roles import aligner
from calque.values import Bitext, Links
from calque.wordalign.choosing import chosen
from calque.wordalign.numbering import numbered
from calque.wordalign.settings import sensible


@aligner(paper="vogel-etal-1996-hmm")
def hmm(
    bitext: Bitext,
    *,
    rounds: int = 5,
    null: float = 0.2,
    smoothing: float = 0.002,
    prefix: int = 0,
    threshold: float = 0.0,
    reverse: bool = False,
) -> list[Links]:
    """Explain each target word by a source word at a likely distance from the last one.

    A translation table says which words go together, the weights of jumps where the next word is to
    be sought; both are learned from the bitext. Words are compared in lower case and composed form
    (NFC). Grids over 2,048 words squared stay unlinked, with a warning.

    bitext:    sentence pairs; raw text is cut into words by `calque.languages.words`
    rounds:    of expectation maximization for IBM model 1, and as many again for this model
    null:      share, in [0, 1), of target words that no source word explains
    smoothing: prior counts per source word and distinct target word, spread as the target words are.
               More keeps rare words from explaining too much; on little text too much leaves all to null
    prefix:    compare words by this many first characters, 0 for all: a cheap stemmer
    threshold: 0 links each target word to its best source word, or to none if the null word is
               better; above 0 every cell whose posterior reaches it, so that links are soft
    reverse:   explain source words by target words instead; links still name the source first

    Returns per pair the links with their posteriors as scores. Time grows with the cells of all grids
    (source times target words of each pair). Memory: some 7 bytes per cell, beyond 512 MiB of either kind
    of index in temporary files; and about 60 bytes per distinct pair of co-occurring words, of which
    there are the more the larger the vocabulary (`prefix` lowers it).
    """
    sensible(
        "wordalign.hmm",
        rounds=rounds,
        null=null,
        smoothing=smoothing,
        prefix=prefix,
        threshold=threshold,
    )
    words = numbered(bitext, prefix=prefix, reverse=reverse)
    corpus = grids(words.given, words.explained)
    counts, jumps = fit_chain(corpus, rounds=rounds, null=null, smoothing=smoothing)
    table, expect = counts.table(corpus), chained(jumps, null)
    found = ((batch, expect(batch, batch.spread(table))) for batch in corpus.batches)
    return chosen(found, words.sizes, threshold=threshold, swap=reverse)
