"""The intersect of links on a grid that fits on paper; the laws of joiners are tested with all parts."""

import numpy as np
import pytest

from calque.errors import BadValue
from calque.values import Links
from calque.wordalign.intersect import intersect

FORWARD = Links(np.array([[0, 0], [1, 1]]), (2, 3), np.array([0.9, 0.5]))
BACKWARD = Links(np.array([[0, 0], [0, 2]]), (2, 3), np.array([0.5, 0.6]))


def test_only_what_both_hold_stays():
    found = intersect(FORWARD, BACKWARD)
    assert found.pairs.tolist() == [[0, 0]]
    np.testing.assert_allclose(found.score, [0.7])
    assert found.size == (2, 3)


def test_links_of_another_pair():
    with pytest.raises(BadValue, match=r"grids of \(2, 3\) and \(3, 2\)"):
        intersect(FORWARD, BACKWARD.swapped)
