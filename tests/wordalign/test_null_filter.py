"""The null filter: against the authors' formula written out, and a planted undecided word."""

import numpy as np
import pytest
from scipy.stats import entropy

from calque.errors import BadSetting, BadValue
from calque.values import Links
from calque.wordalign.max_weight import max_weight
from calque.wordalign.null_filter import null_filter


def corpus(count=30):
    generator = np.random.default_rng(0)
    sizes = generator.integers(1, 9, size=(count, 2))
    grids = [generator.uniform(-1, 1, size) for size in sizes]
    return [max_weight(grid) for grid in grids], grids


def undecided(score, i, j):
    m, n = score.shape
    return min(entropy(score[i]) / np.log(n), entropy(score[:, j]) / np.log(m))


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.95])
def test_equal_to_the_formula_word_by_word(quantile):
    links, grids = corpus()
    values = {
        (k, i, j): undecided((grids[k] + 1) / 2, i, j)
        for k, made in enumerate(links)
        if min(made.size) > 2
        for i, j in made.pairs.tolist()
    }
    limit = sorted(values.values())[int(quantile * len(values))]
    kept = null_filter(links, grids, quantile=quantile)
    dropped = 0
    for k, (before, after) in enumerate(zip(links, kept, strict=True)):
        for i, j in before.pairs.tolist():
            stays = values.get((k, i, j), 0.0) <= limit + 1e-12
            assert after.grid()[i, j] == stays
            dropped += not stays
        assert after.size == before.size
        np.testing.assert_array_equal(after.scores()[after.grid()], before.scores()[after.grid()])
    assert dropped == len(values) - int(quantile * len(values)) - 1


def test_a_word_as_close_to_all_is_dropped_first():
    grid = np.where(np.eye(4, dtype=bool), 0.9, -0.8)
    grid[3] = grid[:, 3] = 0.2
    kept = null_filter([max_weight(grid)], [grid], quantile=0.5)
    assert [3, 3] not in kept[0].pairs.tolist() and len(kept[0]) == 3


def test_nothing_to_drop():
    links, grids = corpus(5)
    for one, other in zip(null_filter(links, grids, quantile=1.0), links, strict=True):
        np.testing.assert_array_equal(one.pairs, other.pairs)
    assert null_filter([], []) == []
    empty = [Links(np.zeros((0, 2)), (0, 3)), Links(np.zeros((0, 2)), (4, 4))]
    kept = null_filter(empty, [np.zeros((0, 3)), np.full((4, 4), -1.0)])
    assert [made.size for made in kept] == [(0, 3), (4, 4)]


def test_refusals():
    links, grids = corpus(3)
    with pytest.raises(BadSetting, match=r"quantile must lie in \(0, 1\], got 0"):
        null_filter(links, grids, quantile=0)
    with pytest.raises(BadValue, match="links of 3 sentence pairs, but 2 grids"):
        null_filter(links, grids[:2])
    with pytest.raises(BadValue, match=r"links on a grid of \(\d, \d\), similarities on one of"):
        null_filter(links, [grid.T for grid in grids])
