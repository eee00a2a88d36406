"""IBM model 1 with a null word.

Source: Brown et al. 1993, "The Mathematics of Statistical Machine Translation", section 4.2
"""

from collections.abc import Iterable

import numpy as np

from calque.languages.words import folded, words_of
from calque.maths.em import cells, translation_posteriors
from calque.roles import aligner
from calque.values import Bitext, Links
from calque.wordalign.settings import sensible


@aligner(paper="brown-etal-1993-mathematics")
def ibm1(
    bitext: Bitext,
    *,
    rounds: int = 5,
    null: float = 0.2,
    threshold: float = 0.0,
    reverse: bool = False,
) -> list[Links]:
    """Link each target word to the source words that its translation table explains it by.

    Each target word is explained by one source word or by none (the null word). Words are compared
    in lower case and composed form (NFC).

    bitext:    sentence pairs; raw text is cut into words by `calque.languages.words`
    rounds:    of expectation maximization
    null:      prior share, in [0, 1), of target words that no source word explains
    threshold: 0 links each target word to its best source word, or to none if the null word is
               better; above 0 every cell whose posterior reaches it, so that links are soft
    reverse:   explain source words by target words instead; links still name the source first

    Returns per pair the links with their posteriors as scores.
    """
    sensible("wordalign.ibm1", rounds=rounds, null=null, threshold=threshold)
    sources = _types(bitext.sources, bitext.tokenized)
    targets = _types(bitext.targets, bitext.tokenized)
    if reverse:
        sources, targets = targets, sources
    posterior = translation_posteriors(cells(sources, targets), rounds=rounds, null=null)
    links = []
    start = 0
    for given, explained in zip(sources, targets, strict=True):
        size = (len(given) + 1) * len(explained)
        grid = posterior[start : start + size].reshape(len(explained), len(given) + 1).T
        start += size
        if threshold > 0:
            linked = grid[1:] >= threshold
        else:
            linked = np.zeros((len(given), len(explained)), dtype=bool)
            best = grid.argmax(axis=0) if grid.size else np.zeros(0, dtype=int)
            found = np.flatnonzero(best > 0)
            linked[best[found] - 1, found] = True
        made = Links.from_grid(linked, grid[1:])
        links.append(made.swapped if reverse else made)
    return links


def _types(texts: Iterable[str], tokenized: bool) -> list[np.ndarray]:
    """Word types from 0 in order of first use, per text."""
    ids: dict[str, int] = {}
    rows = []
    for text in texts:
        words = map(folded, words_of(text, tokenized))
        rows.append(np.array([ids.setdefault(word, len(ids)) for word in words], dtype=np.int64))
    return rows
