"""Bayesian word alignment with jumps and fertilities, by Gibbs sampling.

Source: Östling and Tiedemann 2016, "Efficient Word Alignment with Markov Chain Monte Carlo",
https://ufal.mff.cuni.cz/pbml/106/art-ostling-tiedemann.pdf
"""

import math

from calque.errors import BadSetting
from calque.maths.gibbs import Priors, sampled
from calque.maths.grids import grids
from calque.roles import aligner
from calque.values import Bitext, Links
from calque.wordalign.choosing import chosen
from calque.wordalign.numbering import numbered
from calque.wordalign.settings import sensible

SAMPLERS = 3
SWEEPS = 600  # over the square root of the number of pairs: the more text, the fewer are needed
FEWEST = 16
SMOOTHING = 0.002  # prior counts per source word and distinct target word, as in `wordalign.hmm`


@aligner(paper="ostling-tiedemann-2016-efficient")
def fertility(
    bitext: Bitext,
    *,
    effort: float = 1.0,
    null: float = 0.2,
    prefix: int = 0,
    threshold: float = 0.0,
    reverse: bool = False,
    seed: int = 0,
) -> list[Links]:
    """Explain each target word by a source word that translates it, is near, and is not taken yet.

    Beside translations and jumps, as in `wordalign.hmm`, the model knows how many target words each source
    word tends to explain. All three have Dirichlet priors; links are drawn at random given all others,
    again and again, by three samplers from random starts, first without fertilities and jumps. Words are
    compared in lower case and composed form (NFC). Grids over 2,048 words squared stay unlinked, with a
    warning.

    bitext:    sentence pairs; raw text is cut into words by `calque.languages.words`
    effort:    above 0; twice as much draws each link twice as often. What is usual falls with the square
               root of the number of pairs; on 105 pairs three times that moved the error rate by at most 0.2
    null:      share, in [0, 1), of target words that no source word explains
    prefix:    compare words by this many first characters, 0 for all: a cheap stemmer
    threshold: 0 links each target word to its best source word, or to none if the null word is
               better; above 0 every cell whose posterior reaches it, so that links are soft
    reverse:   explain source words by target words instead; links still name the source first
    seed:      of the draws; another one gives slightly other links

    Unlike the paper, the prior of translations follows how often target words occur, that of fertilities
    what is usual in the corpus, and pairs of like length are drawn side by side (`calque.maths.gibbs`).

    Returns per pair the links with their posteriors as scores: means of the probabilities drawn from.
    Memory: some 11 bytes per cell of all grids, in temporary files beyond 512 MiB each for indices and
    posteriors; about 32 bytes per distinct pair of co-occurring words.
    """
    sensible("wordalign.fertility", null=null, prefix=prefix, threshold=threshold)
    if not 0 < effort < math.inf:
        raise BadSetting(f"wordalign.fertility: effort must be above 0 and finite, got {effort}")
    words = numbered(bitext, prefix=prefix, reverse=reverse)
    corpus = grids(words.given, words.explained)
    usual = max(FEWEST, SWEEPS / math.sqrt(max(len(bitext), 100)))
    priors = Priors(null, SMOOTHING * corpus.width)
    posteriors = sampled(
        corpus, priors, sweeps=max(1, round(effort * usual)), samplers=SAMPLERS, seed=seed
    )
    found = zip(corpus.batches, posteriors, strict=True)
    return chosen(found, words.sizes, threshold=threshold, swap=reverse)
