"""Ridge regression, against the normal equations solved outright."""

import numpy as np
import pytest
from scipy import sparse

from calque.maths.ridge import ridge


@pytest.mark.parametrize("penalty", [0.01, 1.0, 30.0])
def test_equals_the_normal_equations(penalty):
    generator = np.random.default_rng(0)
    inputs = sparse.random(80, 30, density=0.2, random_state=1, format="csr")
    outputs = generator.normal(size=(80, 5))
    dense = inputs.toarray()
    scale = penalty * (dense**2).sum() / 30
    wanted = np.linalg.solve(dense.T @ dense + scale * np.eye(30), dense.T @ outputs)
    np.testing.assert_allclose(
        ridge(inputs, outputs, penalty=penalty, rounds=60), wanted, atol=1e-8
    )


def test_nothing_to_fit_gives_zeros():
    empty = sparse.csr_matrix((4, 3))
    found = ridge(empty, np.ones((4, 2), np.float32), penalty=1.0)
    assert found.shape == (3, 2) and found.dtype == np.float32
    assert not found.any()
    with pytest.raises(ValueError, match="penalty"):
        ridge(empty, np.ones((4, 2)), penalty=0.0)
