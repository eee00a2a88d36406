"""Grow-diag-final-and on grids that fit on paper; a literal reading of the rules is in tests/maths."""

import numpy as np

from calque.values import Links
from calque.wordalign.grow_diag import grow_diag
from calque.wordalign.grow_diag_final_and import grow_diag_final_and

FORWARD = Links(np.array([[0, 0], [1, 1], [1, 2], [3, 3]]), (4, 5), np.array([0.9, 0.8, 0.6, 0.4]))
BACKWARD = Links(np.array([[0, 0], [1, 1], [2, 1], [3, 4]]), (4, 5), np.array([0.7, 0.8, 0.5, 0.2]))


def test_by_hand():
    # as grow-diag, then (3,3), whose words are both free; (3,4) comes after it and row 3 is taken
    found = grow_diag_final_and(FORWARD, BACKWARD)
    assert found.pairs.tolist() == [[0, 0], [1, 1], [1, 2], [2, 1], [3, 3]]
    np.testing.assert_allclose(found.score, [0.8, 0.8, 0.3, 0.25, 0.2])
    assert grow_diag(FORWARD, BACKWARD).pairs.tolist() == found.pairs.tolist()[:-1]


def test_forward_links_come_first():
    # the other way round (3,4) comes first and takes row 3
    found = grow_diag_final_and(BACKWARD, FORWARD)
    assert found.pairs.tolist()[-1] == [3, 4] and len(found) == 5
