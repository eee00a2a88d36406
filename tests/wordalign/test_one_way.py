"""Argmax in one direction; both together are mutual argmax."""

import numpy as np

from calque.wordalign.intersect import intersect
from calque.wordalign.mutual import mutual
from calque.wordalign.one_way import one_way

GRID = np.array([[0.9, 0.1, 0.8], [0.7, 0.2, -0.3]])


def test_each_source_word_has_one_link():
    links = one_way(GRID)
    assert links.pairs.tolist() == [[0, 0], [1, 0]]
    assert links.score.tolist() == [0.9, 0.7]


def test_each_target_word_has_one_link():
    links = one_way(GRID, reverse=True)
    assert links.pairs.tolist() == [[0, 0], [0, 2], [1, 1]]
    assert links.score.tolist() == [0.9, 0.8, 0.2]


def test_both_directions_intersected_are_mutual():
    for grid in np.random.default_rng(0).normal(size=(20, 7, 5)):
        both = intersect(one_way(grid), one_way(grid, reverse=True))
        np.testing.assert_array_equal(both.pairs, mutual(grid).pairs)
        np.testing.assert_allclose(both.score, mutual(grid).score)
