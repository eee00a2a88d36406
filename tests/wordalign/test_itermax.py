"""Itermax: by hand, its settings, and what it always holds. Equality with simalign: test_pairers."""

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.wordalign.itermax import itermax
from calque.wordalign.mutual import mutual

SCORES = np.array(  # (cosine + 1) / 2
    [
        [0.9, 0.1, 0.2, 0.3, 0.1],
        [0.2, 0.8, 0.75, 0.1, 0.2],
        [0.1, 0.7, 0.3, 0.2, 0.1],
        [0.3, 0.2, 0.1, 0.6, 0.55],
    ]
)
GRID = 2 * SCORES - 1


def test_by_hand():
    # round 1: (0,0) (1,1) (3,3). Round 2: row 2 and columns 2 and 4 are free; damped, (1,2), (2,1)
    # and (3,4) are best both ways
    links = itermax(GRID)
    assert links.pairs.tolist() == [[0, 0], [1, 1], [1, 2], [2, 1], [3, 3], [3, 4]]
    np.testing.assert_allclose(links.score, 2 * np.array([0.9, 0.8, 0.75, 0.7, 0.6, 0.55]) - 1)


def test_one_round_is_mutual_and_more_rounds_only_add():
    for grid in np.random.default_rng(0).uniform(-1, 1, (30, 7, 9)):
        first, second, third = (itermax(grid, rounds=rounds).grid() for rounds in (1, 2, 3))
        np.testing.assert_array_equal(first, mutual(grid).grid())
        assert (first <= second).all() and (second <= third).all()


def test_full_damping_links_one_to_one():
    for grid in np.random.default_rng(1).uniform(-1, 1, (30, 7, 9)):
        linked = itermax(grid, rounds=9, damping=0.0).grid()
        assert linked.sum(axis=0).max() == linked.sum(axis=1).max() == 1


def test_a_grid_out_of_range():
    with pytest.raises(BadValue, match=r"must lie in \[-1, 1\], found 0 to 230"):
        itermax(np.array([[230.0, 0]]))


@pytest.mark.parametrize("setting", [{"rounds": 0}, {"damping": 1.1}, {"damping": float("nan")}])
def test_bad_settings(setting):
    with pytest.raises(BadSetting, match=r"wordalign\.itermax"):
        itermax(GRID, **setting)
