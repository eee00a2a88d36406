"""Greatest cosines tile by tile: against whole grids, across tile borders, ties, and nothing at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.maths import neighbors
from calque.maths.neighbors import nearest, sparsest, unit
from calque.maths.sparse import sparsemax


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch):
    monkeypatch.setattr(neighbors, "ROWS", 7)
    monkeypatch.setattr(neighbors, "COLUMNS", 16)
    monkeypatch.setattr(neighbors, "_FIRST", 5)


def sides(seed, t, s, d, middle=0.0):
    generator = np.random.default_rng(seed)
    return (
        unit(generator.standard_normal((t, d)) + middle),
        unit(generator.standard_normal((s, d)) + middle),
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 20), st.integers(0, 60), st.integers(1, 40))
def test_nearest_are_those_of_the_sorted_grid(seed, t, s, count):
    queries, keys = sides(seed, t, s, 4)
    found = nearest(queries, keys, count)
    assert found.shape == (t, s)
    grid = queries @ keys.T
    for row in range(t):
        best = np.sort(grid[row])[::-1][:count]
        own = found[row]
        np.testing.assert_allclose(np.sort(own.data)[::-1], best, atol=1e-6)
        np.testing.assert_allclose(grid[row, own.indices], own.data, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 1000), st.integers(0, 20), st.integers(0, 60), st.sampled_from([0.0, 0.5, 3.0])
)
def test_sparsest_is_sparsemax_of_the_grid(seed, t, s, middle):
    queries, keys = sides(seed, t, s, 4, middle)
    found = sparsest(queries, keys).toarray()
    wanted = sparsemax((queries @ keys.T).astype(float)) if s else np.zeros((t, 0))
    np.testing.assert_allclose(found, wanted, atol=2e-6)


def test_of_equal_ones_the_first():
    keys = unit(np.tile([[1.0, 0], [0, 1]], (30, 1)))
    found = nearest(unit(np.array([[1.0, 0], [0, 2]])), keys, 3)
    assert found[0].indices.tolist() == [0, 2, 4]
    assert found[1].indices.tolist() == [1, 3, 5]


def test_lengths_are_one_whatever_they_were():
    rows = unit(np.array([[3e30, 4e30], [3e-30, 4e-30], [0, 0]]))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.6, 0.8], [0, 0]], rtol=1e-6)
    assert unit(np.zeros((0, 3))).shape == (0, 3) and unit(np.zeros((2, 0))).shape == (2, 0)


def test_the_input_is_not_changed():
    vectors = np.array([[3.0, 4.0]], dtype=np.float32)
    unit(vectors)
    assert vectors.tolist() == [[3, 4]]
