"""Company counted, its surprise and its factors: by hand and against numpy."""

import numpy as np
from scipy import sparse

from calque.maths.company import company, factors, surprise


def test_pairs_are_counted_by_distance():
    counts = company([np.array([0, 1, -1, 0]), np.array([2])], 3, window=2).toarray()
    # 0 beside 1; 1 and the last 0 two apart, over nobody; sequences keep apart
    assert counts.tolist() == [[0, 1.5, 0], [1.5, 0, 0], [0, 0, 0]]
    assert company([], 2, window=3).toarray().tolist() == [[0, 0], [0, 0]]


def test_surprise_by_its_formula():
    counts = np.array([[0.0, 4, 1], [4, 0, 0], [1, 0, 2]])
    found = surprise(sparse.csr_matrix(counts)).toarray()
    sums = counts.sum(axis=1)
    smooth = sums**0.75 / (sums**0.75).sum()
    for (i, j), value in np.ndenumerate(counts):
        wanted = np.log(value / (sums[i] * smooth[j])) if value else 0
        np.testing.assert_allclose(found[i, j], max(wanted, 0), atol=1e-6)
    assert surprise(sparse.csr_matrix((3, 3))).nnz == 0


def test_factors_are_singular_vectors():
    dense = np.random.default_rng(0).standard_normal((60, 60)) * (
        np.random.default_rng(1).random((60, 60)) < 0.2
    )
    matrix = sparse.csr_matrix((dense + dense.T).astype(np.float32))
    u, s, _ = np.linalg.svd(matrix.toarray())
    for power in (0.0, 0.5, 1.0):
        found = factors(matrix, 5, power=power)
        wanted = u[:, :5] * s[:5] ** power
        turn = np.sign((found * wanted).sum(axis=0))
        np.testing.assert_allclose(found, wanted * turn, atol=0.02 * s[0] ** power)
        assert (np.take_along_axis(found, np.abs(found).argmax(axis=0)[None], axis=0) > 0).all()
    assert (factors(matrix, 5) == factors(matrix, 5)).all()


def test_factors_of_less_than_asked_for_are_filled_up():
    one = np.outer([1.0, 2, 0], [1, 2, 0]).astype(np.float32)
    found = factors(sparse.csr_matrix(one), 4, power=0.5)
    assert found.shape == (3, 4)
    np.testing.assert_allclose(found @ found.T, one, atol=1e-5)
    assert not found[:, 1:].any()
    assert factors(sparse.csr_matrix((0, 0)), 4).shape == (0, 4)
    assert not factors(sparse.csr_matrix((3, 3)), 4).any()
