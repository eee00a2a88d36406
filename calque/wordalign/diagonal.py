"""IBM model 2 with one parameter: words that stand in like places explain each other.

Source: Dyer et al. 2013, "A Simple, Fast, and Effective Reparameterization of IBM Model 2",
https://aclanthology.org/N13-1073
"""

import numpy as np

from calque.maths.grids import grids
from calque.maths.tables import count
from calque.maths.tension import Diagonal
from calque.progress import track
from calque.roles import aligner
from calque.values import Bitext, Links
from calque.wordalign.choosing import chosen
from calque.wordalign.numbering import numbered
from calque.wordalign.settings import sensible

# The paper's code begins with 4. On little text the first links then follow from the tension alone,
# confirm it, and words in another order are never found.
START = 1.0


@aligner(paper="dyer-etal-2013-simple")
def diagonal(
    bitext: Bitext,
    *,
    rounds: int = 5,
    null: float = 0.08,
    smoothing: float = 0.002,
    prefix: int = 0,
    threshold: float = 0.0,
    reverse: bool = False,
) -> list[Links]:
    """Explain each target word by a source word at about the same relative place.

    How strictly is one number, the tension; each round sets it to its exact optimum, where the
    paper takes steps along the gradient. Words are compared in lower case and
    composed form (NFC). Grids over 2,048 words squared stay unlinked, with a warning.

    bitext:    sentence pairs; raw text is cut into words by `calque.languages.words`
    rounds:    of expectation maximization
    null:      share, in [0, 1), of target words that no source word explains
    smoothing: prior counts per source word and distinct target word, spread as the target words are
               (in place of the paper's variational Bayes). More keeps rare words from explaining too much
    prefix:    compare words by this many first characters, 0 for all: a cheap stemmer
    threshold: 0 links each target word to its best source word, or to none if the null word is
               better; above 0 every cell whose posterior reaches it, so that links are soft
    reverse:   explain source words by target words instead; links still name the source first

    Returns per pair the links with their posteriors as scores.
    """
    sensible(
        "wordalign.diagonal",
        rounds=rounds,
        null=null,
        smoothing=smoothing,
        prefix=prefix,
        threshold=threshold,
    )
    words = numbered(bitext, prefix=prefix, reverse=reverse)
    corpus = grids(words.given, words.explained)
    table, expect = np.ones(len(corpus.keys)), Diagonal(START, null)
    for _ in track(range(rounds), "fitting"):
        table = count(corpus, expect, table, smoothing=smoothing).table(corpus)
        expect = expect.next()
    found = ((batch, expect(batch, batch.spread(table))) for batch in corpus.batches)
    return chosen(found, words.sizes, threshold=threshold, swap=reverse)
