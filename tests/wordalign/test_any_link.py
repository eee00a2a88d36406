import numpy as np
import pytest

from calque.errors import BadValue
from calque.values import Links
from calque.wordalign.any_link import any_link

# three pieces of two words; two pieces of words 0 and 2 of three, word 1 has none
SOURCE = Links(np.array([[0, 0], [1, 0], [2, 1]]), (3, 2))
TARGET = Links(np.array([[0, 0], [1, 2]]), (2, 3))


def test_one_link_of_pieces_links_the_words_and_the_best_counts():
    pieces = Links(np.array([[0, 1], [1, 1], [2, 0]]), (3, 2), np.array([0.2, 0.6, 0.5]))
    found = any_link(pieces, SOURCE, TARGET)
    assert found.size == (2, 3)
    assert found.pairs.tolist() == [[0, 2], [1, 0]]
    assert found.score.tolist() == [0.6, 0.5]


def test_no_links_stay_no_links_and_keep_the_size():
    assert any_link(Links(np.zeros((0, 2)), (3, 2)), SOURCE, TARGET).size == (2, 3)
    bare = Links(np.zeros((0, 2)), (0, 1))
    found = any_link(Links(np.zeros((0, 2)), (0, 2)), bare, TARGET)
    assert found.size == (1, 3) and len(found) == 0


def test_another_pair_and_pieces_of_no_word_are_refused():
    with pytest.raises(
        BadValue, match=r"grid of \(2, 3\) pieces, but source and target have 3 and 2"
    ):
        any_link(Links(np.zeros((0, 2)), (2, 3)), SOURCE, TARGET)
    torn = Links(np.array([[0, 0], [2, 1]]), (3, 2))
    with pytest.raises(BadValue, match="source must link each of its 3 pieces to one word"):
        any_link(Links(np.zeros((0, 2)), (3, 2)), torn, TARGET)
