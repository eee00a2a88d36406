import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.objectives.temperature import temperature


def test_worked_example():
    """Square roots of 100, 400 and 2,500 are 10, 20 and 50."""
    shares = temperature(np.array([100, 400, 2500]), temperature=2.0)
    np.testing.assert_allclose(shares, [10 / 80, 20 / 80, 50 / 80])


def test_one_draws_by_size_and_a_high_one_all_alike():
    sizes = np.array([1, 0, 99])
    np.testing.assert_allclose(temperature(sizes, temperature=1.0), [0.01, 0, 0.99])
    np.testing.assert_allclose(temperature(sizes, temperature=1e9), [0.5, 0, 0.5], atol=1e-6)


def test_sizes_far_apart_and_small_temperatures_stay_finite():
    found = temperature(np.array([1.0, 1e300]), temperature=1e-3)
    np.testing.assert_array_equal(found, [0, 1])


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_a_temperature_that_is_none_is_refused(bad):
    with pytest.raises(BadSetting, match="temperature must be positive"):
        temperature(np.array([1]), temperature=bad)


@pytest.mark.parametrize("bad", [[-1, 2], [[1, 2]], [np.nan, 1]])
def test_sizes_that_are_none_are_refused(bad):
    with pytest.raises(BadValue, match="sizes"):
        temperature(np.array(bad))
