"""Competitive linking on a grid that fits on paper; the order of taking is tested in maths."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.wordalign.competitive import competitive

GRID = np.array([[0.9, 0.8, 0.1], [0.85, 0.2, 0.1], [0.3, 0.1, -0.4]])


def test_the_closest_pair_is_never_given_up():
    links = competitive(GRID)  # (0,0), then (1,1); (2,2) is not above 0. max_weight: (0,1) (1,0)
    assert links.pairs.tolist() == [[0, 0], [1, 1]]
    assert links.score.tolist() == [0.9, 0.2]


def test_the_floor():
    assert competitive(GRID, above=-1).pairs.tolist() == [[0, 0], [1, 1], [2, 2]]
    assert competitive(GRID, above=0.2).pairs.tolist() == [[0, 0]]
    with pytest.raises(
        BadSetting, match=r"wordalign\.competitive: above must be a number, got nan"
    ):
        competitive(GRID, above=float("nan"))
