"""What the door for grids lets in, and what it says of the rest."""

import numpy as np
import pytest

from calque.errors import BadValue
from calque.maths.similarity import checked


def test_numbers_of_any_kind_become_a_new_array_of_doubles():
    for kind in (np.float16, np.float32, np.float64, np.int8, bool):
        given = np.array([[1, 0]], dtype=kind)
        grid = checked(given, "it")
        assert grid.dtype == np.float64 and not np.shares_memory(grid, given)
        assert grid.tolist() == [[1, 0]]
    assert checked([[0.5, 1]], "it").tolist() == [[0.5, 1]]  # as a recipe writes it


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        (np.zeros(3), r"it: similarity must be a grid \[m, n\] of real numbers, got float64 \[3\]"),
        (np.zeros((1, 2, 2)), r"float64 \[1, 2, 2\]"),
        (np.array([["a"]]), r"of real numbers, got <U1 \[1, 1\]"),
        (np.ones((1, 1), complex), "complex128"),
        (np.array([[0, 1], [0, np.nan]]), r"it: similarity \(1, 1\) is nan; all must be finite"),
        (np.array([[0, -np.inf]]), r"similarity \(0, 1\) is -inf"),
    ],
)
def test_what_is_no_grid_of_finite_numbers(grid, message):
    with pytest.raises(BadValue, match=message):
        checked(grid, "it")


def test_cosines_may_be_off_by_rounding_and_no_more():
    rounded = np.array([[1.00001, -1.00001]], dtype=np.float32)
    assert checked(rounded, "it", unit=True).tolist() == [[1, -1]]
    with pytest.raises(BadValue, match=r"must lie in \[-1, 1\], found -1 to 1.5; rescale it first"):
        checked(np.array([[1.5, -1]]), "it", unit=True)
    assert checked(np.zeros((0, 2)), "it", unit=True).shape == (0, 2)
