"""A lexicon read off word links, in both directions."""

import numpy as np

from calque.values import Bitext, Links
from calque.wordalign.lexicon import lexicon

BITEXT = Bitext.of([("the Dog", "mbwa"), ("a dog", "mbwa huyu")], "eng", "swh")
LINKS = [
    Links(np.array([[1, 0]]), (2, 1)),
    Links(np.array([[0, 1], [1, 0], [1, 1]]), (2, 2), np.array([0.6, 1.0, 0.5])),
]


def test_linked_words_are_weighted_by_their_scores():
    made = lexicon(BITEXT, LINKS, least=0.5)
    assert list(made) == [("a", "huyu", 0.6), ("dog", "mbwa", 2.0), ("dog", "huyu", 0.5)]
    assert list(lexicon(BITEXT, LINKS, least=0.5, best=1)) == list(made)[:2]
    assert list(lexicon(BITEXT, LINKS)) == [("dog", "mbwa", 2.0)]


def test_reversed_it_goes_from_target_to_source_with_the_same_weights():
    made = lexicon(BITEXT, LINKS, least=0.5, reverse=True)
    assert list(made) == [("huyu", "a", 0.6), ("huyu", "dog", 0.5), ("mbwa", "dog", 2.0)]
    assert (made.source, made.target) == ("swh", "eng")
    assert next(iter(lexicon(BITEXT, LINKS, least=0.5, best=1, reverse=True))) == ("huyu", "a", 0.6)
