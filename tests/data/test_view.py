"""Sentence pairs with their links as a view."""

import numpy as np
import pytest

from calque.data.view import view
from calque.errors import BadValue
from calque.values import Bitext, Links

PAIRS = Bitext.of([("a b", "c"), ("", "")], "eng", "swh")
LINKS = [Links(np.array([[1, 0]]), (2, 1)), Links(np.zeros((0, 2)), (0, 0))]


def test_links_of_further_pairs_are_left_out():
    made = view(PAIRS, [*LINKS, LINKS[0]])
    assert list(made) == list(PAIRS)
    assert [one.pairs.tolist() for one in made.word_links()] == [[[1, 0]], []]


def test_too_few_links_are_told():
    with pytest.raises(BadValue, match="2 sentence pairs, but links of 1"):
        view(PAIRS, LINKS[:1])


def test_without_links_each_text_as_a_whole_became_the_other():
    made = view(PAIRS)
    assert list(made) == list(PAIRS)
    assert made.spans_of(0).tolist() == [[0, 3, 0, 1]]
