"""All cells above a threshold, itself not among them."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.wordalign.threshold import threshold

GRID = np.array([[0.001, 0.5, -2], [0.0, 0.0011, 7]])


def test_by_hand():
    links = threshold(GRID)
    assert links.pairs.tolist() == [[0, 1], [1, 1], [1, 2]]
    assert links.score.tolist() == [0.5, 0.0011, 7]
    assert threshold(GRID, above=-3).grid().all()
    assert len(threshold(GRID, above=7)) == 0


def test_a_threshold_that_is_no_number():
    with pytest.raises(BadSetting, match=r"wordalign\.threshold: above must be a number, got nan"):
        threshold(GRID, above=float("nan"))
