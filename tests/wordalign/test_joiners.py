"""Joiners on grids that fit on paper."""

import numpy as np

from calque.values import Links
from calque.wordalign.geometric_mean import geometric_mean
from calque.wordalign.grow_diag import grow_diag


def links(*pairs, size=(4, 4)):
    return Links(np.array(pairs).reshape(-1, 2), size)


def test_grow_diag_by_hand():
    forward = links((0, 0), (1, 1), (2, 1), (3, 3))
    backward = links((0, 0), (1, 2), (0, 3))
    # (0,0) is sure; (1,1) touches it diagonally; then (1,2) and (2,1) touch (1,1) and reach a
    # free column and row; (0,3) touches (1,2) and reaches free column 3; (3,3) touches nothing
    found = grow_diag(forward, backward)
    assert found.pairs.tolist() == [[0, 0], [0, 3], [1, 1], [1, 2], [2, 1]]


def test_grow_diag_starts_from_agreement_only():
    assert len(grow_diag(links((0, 0)), links((1, 1)))) == 0


def test_geometric_mean_by_hand():
    forward = Links(np.array([[0, 0], [1, 1]]), (2, 2), np.array([0.9, 0.5]))
    backward = Links(np.array([[0, 0], [0, 1]]), (2, 2), np.array([0.4, 0.5]))
    found = geometric_mean(forward, backward)
    assert found.pairs.tolist() == [[0, 0]]
    np.testing.assert_allclose(found.score, [0.6])
