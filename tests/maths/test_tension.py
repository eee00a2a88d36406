"""The diagonal's prior against plain sums, and the tension against the slope there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.maths.grids import grids
from calque.maths.tension import BOUNDS, Diagonal, closeness, fitted, normalizer


def by_sum(m, n, tension, power=0):
    h = -np.abs(np.arange(1, m + 1) / m - np.arange(1, n + 1)[:, None] / n)
    return (h**power * np.exp(tension * h)).sum(axis=1)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.1, 14))
def test_the_normalizer_is_the_sum(m, n, tension):
    np.testing.assert_allclose(normalizer(m, n, tension), by_sum(m, n, tension), rtol=1e-9)


@pytest.mark.parametrize("true", [1.0, 4.0, 9.0])
def test_the_tension_that_made_the_links_is_found(true):
    sizes = [(5, 7), (9, 4), (6, 6)]
    explained = {(m, n): np.linspace(0.5, 1, n) for m, n in sizes}
    close = sum(
        explained[m, n] @ (by_sum(m, n, true, power=1) / by_sum(m, n, true)) for m, n in sizes
    )
    assert fitted(explained, close) == pytest.approx(true, abs=0.01)


def test_the_objective_has_no_slope_at_the_tension():
    """Expected closeness under the prior meets the one counted: the gradient is their difference."""
    explained = {(6, 5): np.array([1.0, 0.2, 0.7, 1, 1]), (3, 8): np.full(8, 0.9)}
    close = -1.8
    tension = fitted(explained, close)
    assert BOUNDS[0] < tension < BOUNDS[1]
    model = sum(
        weight @ (by_sum(m, n, tension, power=1) / by_sum(m, n, tension))
        for (m, n), weight in explained.items()
    )
    assert model == pytest.approx(close, abs=2e-3)


def test_posteriors_in_a_batch_are_those_of_each_pair_alone():
    sizes = [(3, 4), (4, 3), (2, 4)]
    generator = np.random.default_rng(0)
    corpus = grids(
        [generator.integers(0, 4, m) for m, _ in sizes],
        [generator.integers(0, 3, n) for _, n in sizes],
    )
    table = generator.random(len(corpus.keys))
    (batch,) = corpus.batches
    emission, expect = batch.spread(table), Diagonal(3.0, 0.1)
    posterior = expect(batch, emission)
    for place, (m, n) in enumerate(zip(batch.m, batch.n, strict=True)):
        prior = np.exp(3 * closeness(batch)[:n, place, :m]) / by_sum(m, n, 3.0)[:, None]
        weight = emission[:n, place, : m + 1] * np.hstack([np.full((n, 1), 0.1), 0.9 * prior])
        exact = weight / weight.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(posterior[:n, place, : m + 1], exact)
        assert not posterior[:n, place, m + 1 :].any()
        np.testing.assert_allclose(expect.explained[m, n], 1 - exact[:, 0])
