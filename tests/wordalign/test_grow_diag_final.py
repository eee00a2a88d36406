"""Grow-diag-final on grids that fit on paper; a literal reading of the rules is in tests/maths."""

import numpy as np

from calque.values import Links
from calque.wordalign.grow_diag_final import grow_diag_final

FORWARD = Links(np.array([[0, 0], [1, 1], [1, 2], [3, 3]]), (4, 5), np.array([0.9, 0.8, 0.6, 0.4]))
BACKWARD = Links(np.array([[0, 0], [1, 1], [2, 1], [3, 4]]), (4, 5), np.array([0.7, 0.8, 0.5, 0.2]))


def test_by_hand():
    # both hold (0,0) (1,1); (1,2) and (2,1) touch (1,1) and reach a free word; (3,3) and (3,4)
    # touch nothing: (3,3) is added for its two free words, then (3,4) for column 4
    found = grow_diag_final(FORWARD, BACKWARD)
    assert found.pairs.tolist() == [[0, 0], [1, 1], [1, 2], [2, 1], [3, 3], [3, 4]]
    np.testing.assert_allclose(found.score, [0.8, 0.8, 0.3, 0.25, 0.2, 0.1])
    assert found.size == (4, 5)


def test_a_link_between_two_taken_words_is_left_out():
    forward = Links(np.array([[0, 0], [0, 3], [3, 0]]), (4, 4))
    backward = Links(np.array([[3, 3]]), (4, 4))
    found = grow_diag_final(forward, backward)  # (3,3) comes last, when row and column are taken
    assert found.pairs.tolist() == [[0, 0], [0, 3], [3, 0]]
