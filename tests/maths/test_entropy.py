"""Entropies and divergences against scipy and by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from calque.maths.entropy import divergences, renyi

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=8).map(np.array)


def test_by_hand():
    # shares 1/2, 1/4, 1/4: the sum of squares is 3/8
    assert renyi(np.array([2, 1, 1]), 2.0) == pytest.approx(np.log(8 / 3) / np.log(3))
    assert renyi(np.array([2, 1, 1, 0]), 2.0) == pytest.approx(np.log(8 / 3) / np.log(4))
    assert renyi(np.array([3, 3, 3]), 2.5) == pytest.approx(1)
    assert (
        renyi(np.array([3, 0]), 2.5) == renyi(np.array([0, 0]), 2.5) == renyi(np.array([4]), 1) == 0
    )


@given(COUNTS)
def test_shannon_is_scipys_and_the_limit(counts):
    if counts.sum():
        expected = stats.entropy(counts) / np.log(len(counts))
        np.testing.assert_allclose(renyi(counts, 1.0), expected, atol=1e-12)
        np.testing.assert_allclose(renyi(counts, 1 + 1e-5), expected, atol=1e-4)


@given(COUNTS)
def test_lies_between_0_and_1_and_falls_with_the_order(counts):
    values = [renyi(counts, alpha) for alpha in (0.5, 1.0, 2.5, 10.0)]
    assert all(0 <= value <= 1 + 1e-12 for value in values)
    assert all(a >= b - 1e-9 for a, b in pairwise(values))


def test_divergences_are_scipys():
    counts = np.random.default_rng(0).integers(1, 30, (3, 7))
    expected = [[stats.entropy(a, b) for b in counts] for a in counts]
    np.testing.assert_allclose(divergences(counts), expected, atol=1e-9)
    apart = divergences(np.array([[1, 0], [0, 1], [0, 0]]))
    assert np.isfinite(apart).all() and apart[0, 1] == pytest.approx(np.log(1e9), rel=1e-6)
