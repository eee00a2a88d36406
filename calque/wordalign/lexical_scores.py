"""How well texts of a few words translate each other, by a lexicon.

Source: the lexical weights of Koehn, Och and Marcu 2003, "Statistical Phrase-Based Translation", section 3.3,
https://aclanthology.org/N03-1017, of the best word instead of linked ones, in both directions
"""

import numpy as np

from calque.errors import BadSetting
from calque.languages.words import words_of
from calque.roles import part
from calque.values import Bitext, Lexicon


@part
def lexical_scores(
    bitext: Bitext, lexicon: Lexicon, *, unknown: float = 1e-3, same: float = 0.5
) -> np.ndarray:
    """Score each pair of texts in [0, 1] by how well the words of either explain those of the other: [n].

    A word's probability is that of its likeliest source among the words of the other text; a text's is their
    geometric mean, the pair's the mean of both directions. A pair with a side without words has 0.

    bitext:  short texts, such as names and candidates for their images; words are taken in lower case
    lexicon: weighted pairs of words, read in both directions, for example of `wordalign.lexicon`
    unknown: probability above 0 of two words that the lexicon does not have as a pair; less makes a word that
             is missing or too many dearer
    same:    least probability of two words that are the same, such as names and numbers
    """
    if not 0 < unknown <= 1 or not 0 <= same <= 1:
        raise BadSetting(
            "wordalign.lexical_scores: unknown must lie in (0, 1], same in [0, 1], "
            f"got {unknown} and {same}"
        )
    places: dict[str, int] = {}
    sides = [
        _numbered(texts, bitext.tokenized, places) for texts in (bitext.sources, bitext.targets)
    ]
    (first, m), (second, n) = sides
    cells = m * n
    row = np.repeat(np.arange(len(bitext)), cells)
    within = np.arange(cells.sum()) - np.repeat(np.cumsum(cells) - cells, cells)
    i, j = within // n[row], within % n[row]  # empty where a side is
    one = first[(np.cumsum(m) - m)[row] + i]
    other = second[(np.cumsum(n) - n)[row] + j]
    score = np.zeros(len(bitext))
    for forward in (True, False):
        chance = _chances(lexicon, places, forward, one, other)
        chance = np.maximum(chance, np.where(one == other, max(same, unknown), unknown))
        explained = (j + (np.cumsum(n) - n)[row]) if forward else (i + (np.cumsum(m) - m)[row])
        sizes = n if forward else m
        best = np.zeros(int(sizes.sum()))
        np.maximum.at(best, explained, chance)
        of_word = np.repeat(np.arange(len(bitext)), sizes)
        logs = np.log(np.where(best > 0, best, 1.0))
        sums = np.bincount(of_word, logs, minlength=len(bitext))
        score += np.where(cells > 0, np.exp(sums / np.maximum(sizes, 1)), 0) / 2
    return score


def _numbered(texts, tokenized: bool, places: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of all words one after the other, and how many each text has."""
    cut = [words_of(text.lower(), tokenized) for text in texts]
    numbers = [places.setdefault(word, len(places)) for words in cut for word in words]
    return np.array(numbers, np.int64), np.array([len(words) for words in cut], np.int64)


def _chances(
    lexicon: Lexicon, places: dict[str, int], forward: bool, one: np.ndarray, other: np.ndarray
) -> np.ndarray:
    """[c] share of a word's weight that goes to the other one, from source to target or back."""
    total: dict[str, float] = {}
    entries = [(source.lower(), target.lower(), weight) for source, target, weight in lexicon]
    for source, target, weight in entries:
        given = source if forward else target
        total[given] = total.get(given, 0.0) + weight
    share: dict[int, float] = {}
    for source, target, weight in entries:
        if source in places and target in places:
            key = places[source] * len(places) + places[target]
            share[key] = share.get(key, 0.0) + weight / total[source if forward else target]
    known = np.array(sorted(share), dtype=np.int64)
    values = np.array([share[key] for key in known.tolist()])
    asked = one * len(places) + other
    if not len(known):
        return np.zeros(len(asked))
    at = np.searchsorted(known, asked).clip(max=len(known) - 1)
    return np.where(known[at] == asked, values[at], 0.0)
