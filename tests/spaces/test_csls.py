"""CSLS: by hand, against a plain reading, and a hub that loses."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.spaces.csls import csls


def test_by_hand():
    x, y = np.array([[1, 0], [0.6, 0.8]]), np.array([[1, 0], [0, 1], [0.8, 0.6]])
    np.testing.assert_allclose(
        csls(x @ y.T, neighbors=2), [[0.3, -1.3, -0.18], [-0.48, 0.32, 0.16]], atol=1e-12
    )


@pytest.mark.parametrize("neighbors", [1, 3, 6, 9, 100])
def test_read_cell_by_cell(neighbors):
    grid = np.random.default_rng(0).uniform(-1, 1, (6, 9))
    found = csls(grid, neighbors=neighbors)
    for (i, j), value in np.ndenumerate(found):
        row = np.mean(sorted(grid[i], reverse=True)[:neighbors])
        column = np.mean(sorted(grid[:, j], reverse=True)[:neighbors])
        np.testing.assert_allclose(value, 2 * grid[i, j] - row - column)


def test_a_hub_is_no_longer_everyones_best():
    grid = np.full((5, 5), 0.1) + 0.5 * np.eye(5)
    grid[:, 0] = 0.65  # close to all
    assert (grid.argmax(axis=1) == 0).all()
    assert csls(grid, neighbors=2).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_no_neighbors():
    with pytest.raises(BadSetting, match=r"spaces\.csls: neighbors must be at least 1, got 0"):
        csls(np.zeros((2, 2)), neighbors=0)
