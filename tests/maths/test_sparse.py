"""Softmax, entmax and sparsemax: against the package of their authors, and what defines them."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import special

from calque.maths.sparse import entmax15, softmax, sparsemax

entmax = pytest.importorskip("entmax", reason="the package entmax is in the extra 'dev'")

MAPS = {1.0: softmax, 1.5: entmax15, 2.0: sparsemax}
GRIDS = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8),
    elements=st.floats(-300, 300, width=32),
)


def test_by_hand():
    z = np.array([1, 0.8, 0.1, -0.5])
    np.testing.assert_allclose(sparsemax(z), [0.6, 0.4, 0, 0])
    np.testing.assert_allclose(entmax15(z), [0.529248, 0.393749, 0.077003, 0], atol=1e-6)
    np.testing.assert_allclose(softmax(np.log([1.0, 3.0])), [0.25, 0.75])


@settings(max_examples=60, deadline=None)
@given(GRIDS, st.sampled_from([0, 1]))
def test_equal_to_the_authors_package(grid, axis):
    theirs = torch.from_numpy(grid)
    np.testing.assert_allclose(
        entmax15(grid, axis), entmax.entmax15(theirs, dim=axis).numpy(), atol=1e-10
    )
    np.testing.assert_allclose(
        sparsemax(grid, axis), entmax.sparsemax(theirs, dim=axis).numpy(), atol=1e-10
    )
    np.testing.assert_allclose(softmax(grid, axis), special.softmax(grid, axis), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(GRIDS, st.sampled_from(sorted(MAPS)), st.floats(-1e6, 1e6))
def test_probabilities_that_keep_the_order_and_ignore_a_shift(grid, alpha, shift):
    p = MAPS[alpha](grid, axis=1)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-9)
    assert (p >= 0).all()
    order = np.argsort(grid, axis=1, kind="stable")
    assert (np.diff(np.take_along_axis(p, order, axis=1), axis=1) >= -1e-12).all()
    np.testing.assert_allclose(MAPS[alpha](grid + shift, axis=1), p, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(GRIDS)
def test_the_condition_that_defines_entmax(grid):
    """Where p is above 0, z/2 - sqrt(p) is the same for all, and no zero cell lies above it."""
    p = entmax15(grid, axis=1)
    for z, row in zip(grid / 2, p, strict=True):
        tau = (z - np.sqrt(row))[row > 1e-12]
        np.testing.assert_allclose(tau, tau[0], atol=1e-6 * max(1, np.abs(z).max()))
        assert (z[row == 0] <= tau[0] + 1e-6 * max(1, np.abs(z).max())).all()


@pytest.mark.parametrize("alpha", MAPS)
@pytest.mark.parametrize("size", [(0, 3), (3, 0), (0, 0)])
@pytest.mark.parametrize("axis", [0, 1])
def test_nothing_to_share(alpha, size, axis):
    assert MAPS[alpha](np.zeros(size), axis).shape == size


def test_softmax_bears_logits_of_any_size():
    np.testing.assert_allclose(softmax(np.array([[1e5, 0.0], [-1e5, -1e5]])), [[1, 0], [0.5, 0.5]])
    assert softmax(np.zeros((0, 3))).shape == (0, 3)
