"""Distortion by hand. Equality with simalign: test_pairers."""

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.wordalign.distortion import distortion


def test_by_hand():
    row = np.array([0.9, 0.1, 0.2, 0.3, 0.1])
    scores = np.stack([row, row, row, row])
    found = (distortion(2 * scores - 1) + 1) / 2
    np.testing.assert_allclose(found[0], [0.9, 0.096875, 0.175, 0.215625, 0.05])
    np.testing.assert_allclose(found[3], [0.45, 0.1 * (1 - 0.5 * 0.5625), 0.175, 0.290625, 0.1])


def test_one_word_is_at_every_place():
    grid = np.array([[0.3, -0.2, 0.9]])
    np.testing.assert_array_equal(distortion(grid), grid)
    np.testing.assert_array_equal(distortion(grid.T), grid.T)


def test_never_raises_a_similarity_nor_leaves_the_range():
    grid = np.random.default_rng(0).uniform(-1, 1, (6, 9))
    found = distortion(grid, strength=1.0)
    assert (found <= grid + 1e-12).all() and found.min() >= -1


def test_refusals():
    with pytest.raises(BadSetting, match=r"strength must lie in \[0, 1\], got 1\.5"):
        distortion(np.zeros((2, 2)), strength=1.5)
    with pytest.raises(BadValue, match=r"wordalign\.distortion: similarity must lie in \[-1, 1\]"):
        distortion(np.full((2, 2), 3.0))
