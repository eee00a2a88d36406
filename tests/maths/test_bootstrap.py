"""Resampling counts is resampling examples."""

import numpy as np
import pytest
from scipy import stats

from calque.maths.bootstrap import interval, paired_difference, resampled_sums
from calque.maths.counts import hits


def test_sums_have_the_moments_of_drawing_one_by_one():
    counts = np.random.default_rng(0).integers(0, 3, (50, 2))
    sums = resampled_sums(counts, draws=20000, seed=1)
    np.testing.assert_allclose(sums.mean(axis=0), counts.sum(axis=0), rtol=0.01)
    np.testing.assert_allclose(sums.var(axis=0), 50 * counts.var(axis=0), rtol=0.05)


def test_interval_of_a_share_is_close_to_the_exact_one():
    right = ["a"] * 80 + ["b"] * 20
    low, high = interval(hits(right, ["a"] * 100), draws=5000, seed=0)
    exact = stats.binom(100, 0.8).ppf([0.025, 0.975]) / 100
    np.testing.assert_allclose([low, high], exact, atol=0.011)


def test_interval_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(0)
    covered = 0
    for seed in range(200):
        made = (generator.random(100) < 0.7).tolist()
        low, high = interval(hits(made, [True] * 100), draws=300, seed=seed)
        covered += low <= 0.7 <= high
    assert 180 <= covered <= 199


def test_no_examples_have_no_interval():
    assert np.isnan(interval(hits([], []), draws=10, seed=0)).all()


def test_paired_p_value_equals_the_sign_test():
    gold = ["a"] * 100
    first = ["a"] * 70 + ["b"] * 30
    second = ["a"] * 55 + ["b"] * 15 + ["a"] * 5 + ["b"] * 25  # 15 lost, 5 won
    value, low, high, p = paired_difference(
        hits(first, gold), hits(second, gold), draws=20000, seed=0
    )
    assert value == pytest.approx(0.1)
    assert low < 0.1 < high
    assert p == pytest.approx(stats.binomtest(5, 20).pvalue, abs=0.01)


def test_equal_systems_do_not_differ():
    gold, made = ["a", "b"] * 20, ["a", "a"] * 20
    value, low, high, p = paired_difference(hits(made, gold), hits(made, gold), draws=100, seed=0)
    assert (value, low, high, p) == (0, 0, 0, 1)
