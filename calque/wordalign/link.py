"""Links words by a model that was fitted before."""

from collections.abc import Iterator

import numpy as np

from calque.maths.chain import chain_posteriors
from calque.maths.grids import Batch, sides, together
from calque.roles import part
from calque.values import Bitext, Links, Translation
from calque.wordalign.choosing import chosen
from calque.wordalign.numbering import Numbered, numbered
from calque.wordalign.settings import sensible


@part
def link(bitext: Bitext, model: Translation, *, threshold: float = 0.0) -> list[Links]:
    """Link the words of each pair as the model explains them; words that it never saw by their place.

    An unknown word may be explained by any; least by words whose translations are well known.

    bitext:    sentence pairs, same languages and sides as those that the model was fitted on
    model:     of `wordalign.fit_hmm`
    threshold: 0 links each explained word to its best explaining word, or to none if the null word is
               better; above 0 every cell whose posterior reaches it

    Returns per pair the links, source first, with their posteriors as scores.
    """
    sensible("wordalign.link", threshold=threshold)
    words = numbered(bitext, prefix=model.prefix, reverse=model.reversed, known=model.ids)
    return chosen(_found(words, model), words.sizes, threshold=threshold, swap=model.reversed)


def _found(words: Numbered, model: Translation) -> Iterator[tuple[Batch, np.ndarray]]:
    m = np.array([len(side) for side in words.given], dtype=np.int64)
    n = np.array([len(side) for side in words.explained], dtype=np.int64)
    for rows in together(m, n):
        given, explained = sides(words.given, words.explained, rows)
        emission = model.probabilities(given, explained)
        batch = Batch(rows, m[rows], n[rows])
        yield batch, chain_posteriors(batch, emission, model.jumps, null=model.null)[0]
