"""Rows of many cells are mixed dense; what comes out is the same."""

import numpy as np
import pytest
from scipy import sparse

from calque.values import Mixture, mixture


@pytest.mark.parametrize("heavy", [0, 3, 6, 100])
def test_rows_are_the_weighted_sums_of_old_ones(monkeypatch, heavy):
    """Whichever rows are taken as heavy, however few cells or columns at a time."""
    generator = np.random.default_rng(heavy)
    weights = sparse.random(40, 30, density=0.2, random_state=generator, format="csr")
    weights = weights.tolil()
    weights[3] = weights[17] = 0  # unknown
    weights[8] = generator.random(30)  # made of all old rows
    weights = sparse.csr_matrix(weights)
    sums = np.asarray(weights.sum(axis=1)).ravel()
    weights = sparse.csr_matrix(sparse.diags(1 / np.where(sums > 0, sums, 1)) @ weights)
    made = Mixture(weights, tuple(f"n{k}" for k in range(40)), tuple(f"o{k}" for k in range(30)))
    rows = generator.standard_normal((30, 11)).astype(np.float32)
    wanted = weights.toarray() @ rows.astype(np.float64)
    wanted[[3, 17]] = rows.astype(np.float64).mean(axis=0)
    for name, size in {"_HEAVY": heavy, "_CELLS": 10, "_COLUMNS": 4}.items():
        monkeypatch.setattr(mixture, name, size)
    np.testing.assert_allclose(made.apply(rows), wanted, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(made.apply(rows[:, 0]), wanted[:, 0], rtol=1e-6, atol=1e-6)
