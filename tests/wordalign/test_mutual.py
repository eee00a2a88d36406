"""Mutual argmax on a grid that fits on paper."""

import numpy as np
import pytest

from calque.errors import BadValue
from calque.wordalign.mutual import mutual

GRID = np.array(
    [
        [0.9, 0.1, 0.2, 0.3, 0.1],
        [0.2, 0.8, 0.75, 0.1, 0.2],
        [0.1, 0.7, 0.3, 0.2, 0.1],
        [0.3, 0.2, 0.1, 0.6, 0.55],
    ]
)


def test_by_hand():
    links = mutual(GRID)  # row 2 likes column 1 best, which likes row 1 better
    assert links.pairs.tolist() == [[0, 0], [1, 1], [3, 3]]
    assert links.score.tolist() == [0.9, 0.8, 0.6]
    assert links.size == (4, 5)


def test_any_real_numbers_will_do_and_keep_their_value_as_score():
    links = mutual(np.array([[-300.0, -40], [-500, -9000]]))
    assert links.pairs.tolist() == [[0, 1]]
    assert links.score.tolist() == [-40]


def test_of_equal_partners_the_first_counts():
    assert mutual(np.zeros((3, 3))).pairs.tolist() == [[0, 0]]


def test_a_cell_that_is_no_number():
    with pytest.raises(BadValue, match=r"wordalign\.mutual: similarity \(0, 1\) is nan"):
        mutual(np.array([[0, np.nan]]))
