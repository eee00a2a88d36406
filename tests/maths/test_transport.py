"""Transport plans: against POT, the conditions that define them, and their limits."""

import functools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from calque.errors import BadValue
from calque.maths import transport
from calque.maths.transport import cost_of, masses

ot = pytest.importorskip("ot", reason="POT is in the extra 'dev'")

# stricter than the parts need, so that what POT does shows
balanced, partial, unbalanced = (
    functools.partial(solve, tolerance=1e-8)
    for solve in (transport.balanced, transport.partial, transport.unbalanced)
)
SIZES = [(5, 7), (12, 12), (1, 4), (8, 3), (1, 1)]


def problem(m: int, n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Costs in [0, 1] and masses near 1."""
    generator = np.random.default_rng(seed)
    return generator.random((m, n)), generator.uniform(0.2, 2, m), generator.uniform(0.2, 2, n)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("smoothing", [0.5, 0.1, 0.008])
def test_balanced_equals_pot(size, smoothing):
    cost, a, b = problem(*size)
    a, b = a / a.sum(), b / b.sum()
    plan, change = balanced(cost, a, b, smoothing=smoothing, rounds=20000)
    theirs = ot.bregman.sinkhorn_log(a, b, cost, smoothing, numItermax=20000, stopThr=1e-10)
    np.testing.assert_allclose(plan, theirs, atol=1e-7)
    assert change <= 1e-8
    # entropy costs at most smoothing * log(m n) over the exact optimum
    gap = (plan * cost).sum() - ot.emd2(a, b, cost)
    assert -1e-7 <= gap <= smoothing * np.log(cost.size) + 1e-7


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("smoothing", [0.5, 0.1])
@pytest.mark.parametrize("penalty", [0.1, 1.0])
def test_unbalanced_equals_pot(size, smoothing, penalty):
    cost, a, b = problem(*size)
    plan, _ = unbalanced(cost, a, b, penalty=penalty, smoothing=smoothing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # POT says what "entropy" means
        theirs = ot.unbalanced.sinkhorn_unbalanced(
            a, b, cost, smoothing, penalty, reg_type="entropy", numItermax=20000, stopThr=1e-13
        )
    np.testing.assert_allclose(plan, theirs, atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("smoothing", [0.5, 0.1])
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_partial_equals_pot(size, smoothing, share):
    cost, a, b = problem(*size)
    total = share * min(a.sum(), b.sum())
    plan, _ = partial(cost, a, b, total=total, smoothing=smoothing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # POT divides by its own underflow
        theirs = ot.partial.entropic_partial_wasserstein(
            a, b, cost, smoothing, m=total, numItermax=20000, stopThr=1e-13
        )
    np.testing.assert_allclose(plan, theirs, atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_partial_without_smoothing_is_the_exact_one(size):
    cost, a, b = problem(*size)
    total = 0.6 * min(a.sum(), b.sum())
    plan, _ = partial(cost, a, b, total=total, smoothing=0.002, rounds=20000)
    exact = ot.partial.partial_wasserstein(a, b, cost, m=total)
    assert -1e-6 <= (plan * cost).sum() - (exact * cost).sum() <= 0.01


def test_balanced_without_smoothing_is_the_assignment():
    cost, _, _ = problem(9, 9, seed=3)
    plan, _ = balanced(cost, np.full(9, 1 / 9), np.full(9, 1 / 9), smoothing=0.005, rounds=5000)
    assert (plan.argmax(axis=1) == linear_sum_assignment(cost)[1]).all()


def test_unbalanced_with_a_high_penalty_is_balanced():
    cost, a, b = problem(6, 4)
    a, b = a / a.sum(), b / b.sum()
    free, _ = unbalanced(cost, a, b, penalty=200, smoothing=0.1, rounds=10000)
    bound, _ = balanced(cost, a, b, smoothing=0.1)
    np.testing.assert_allclose(free, bound, atol=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 10**6), st.floats(0.005, 2))
def test_the_conditions_that_define_the_plans(m, n, seed, smoothing):
    cost, a, b = problem(m, n, seed)
    plan, change = unbalanced(cost, a, b, penalty=0.4, smoothing=smoothing, rounds=20000)
    assert change <= 1e-8
    # the objective's slope is 0 in every cell: cost + smoothing log P + penalty log of both margins
    sides = np.log(plan.sum(axis=1) / a)[:, None] + np.log(plan.sum(axis=0) / b)
    with np.errstate(divide="ignore"):
        slope = cost + smoothing * np.log(plan) + 0.4 * sides
    assert np.abs(slope[plan > 1e-200]).max() < 1e-5
    total = 0.7 * min(a.sum(), b.sum())
    plan, change = partial(cost, a, b, total=total, smoothing=smoothing, rounds=20000)
    assert change <= 1e-8
    np.testing.assert_allclose(plan.sum(), total)
    assert (plan.sum(axis=1) <= a + 1e-6).all() and (plan.sum(axis=0) <= b + 1e-6).all()


def test_both_ways_of_summing_give_the_same():
    """Costs that underflow as plain exponentials go another way; at its border both agree."""
    cost, a, b = problem(6, 5)
    cost = (cost - cost.min()) / np.ptp(cost)
    a, b = a / a.sum(), b / b.sum()
    plain, _ = balanced(cost, a, b, smoothing=0.010001, rounds=20000)
    careful, _ = balanced(cost, a, b, smoothing=0.009999, rounds=20000)
    np.testing.assert_allclose(plain, careful, atol=1e-3)


def test_a_word_without_mass_takes_no_part():
    cost, a, b = problem(4, 3)
    a[1] = 0
    kept = [0, 2, 3]
    for solve, more in ((unbalanced, {"penalty": 0.5}), (partial, {"total": 0.5})):
        plan, _ = solve(cost, a, b, smoothing=0.1, **more)
        less, _ = solve(cost[kept], a[kept], b, smoothing=0.1, **more)
        assert not plan[1].any()
        np.testing.assert_allclose(plan[kept], less)


def test_rounds_that_run_out_say_so():
    cost, a, b = problem(5, 7)
    assert balanced(cost, a / a.sum(), b / b.sum(), smoothing=0.01, rounds=2)[1] > 1e-3


def test_costs_by_hand():
    assert cost_of(np.array([[1.0, -1], [0, 0.5]])).tolist() == [[0, 1], [0.5, 0.25]]
    assert cost_of(np.full((2, 2), 0.3)).tolist() == [[0, 0], [0, 0]]
    assert cost_of(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    ("given_masses", "message"),
    [
        ([1, 2, 3], r"it: 2 words, but masses of shape \[3\]"),
        ([1, -1], "must be finite, not negative, and not all 0"),
        ([1, np.nan], "must be finite"),
        ([0, 0], "not all 0"),
    ],
)
def test_masses_that_make_no_sense(given_masses, message):
    assert masses(None, 2, "it").tolist() == [1, 1]
    with pytest.raises(BadValue, match=message):
        masses(np.array(given_masses), 2, "it")
