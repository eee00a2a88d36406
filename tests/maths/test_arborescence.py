"""The best tree against all trees, and cycles."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.errors import BadValue
from calque.maths.arborescence import best_tree, cycle


def trees(n):
    """Every tree over n words with one word below the root, by trying all heads."""
    for heads in product(range(n + 1), repeat=n):
        if heads.count(0) != 1:
            continue
        reached, grown = {0}, True
        while grown:
            more = {k + 1 for k, head in enumerate(heads) if head in reached} - reached
            reached |= more
            grown = bool(more)
        if len(reached) == n + 1:
            yield heads


def total(scores, heads):
    return sum(scores[word, head] for word, head in enumerate(heads))


ALL = {n: list(trees(n)) for n in range(1, 6)}


def test_there_are_as_many_trees_as_cayley_says():
    assert [len(ALL[n]) for n in ALL] == [n ** (n - 1) for n in ALL]


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 5), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.5]))
def test_it_is_the_best_of_all_trees(n, seed, never):
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(n, n + 1)) * 10
    scores[generator.random(scores.shape) < never] = -np.inf
    best = max(total(scores, heads) for heads in ALL[n])
    if best == -np.inf:
        with pytest.raises(BadValue, match="no tree"):
            best_tree(scores)
        return
    found = tuple(best_tree(scores).tolist())
    assert found in ALL[n]
    assert total(scores, found) == pytest.approx(best)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_equal_scores_and_cycles_within_cycles(seed):
    scores = np.random.default_rng(seed).integers(0, 3, size=(5, 6)).astype(float)
    found = tuple(best_tree(scores).tolist())
    assert found in ALL[5]
    assert total(scores, found) == max(total(scores, heads) for heads in ALL[5])


def test_it_can_be_checked_by_hand():
    # both words would rather hang from each other (9 + 9); one must hang from the root
    assert best_tree(np.array([[1.0, 0, 9], [2.0, 9, 0]])).tolist() == [2, 0]
    # both would rather hang from the root (5 + 5)
    assert best_tree(np.array([[5.0, 0, 1], [5.0, 2, 0]])).tolist() == [0, 1]
    assert best_tree(np.zeros((0, 1))).tolist() == []
    with pytest.raises(BadValue, match="numbers"):
        best_tree(np.array([[np.nan, 0.0]]))


def test_long_sentences_get_a_tree():
    scores = np.random.default_rng(0).normal(size=(300, 301))
    heads = best_tree(scores)
    assert (heads == 0).sum() == 1 and not len(cycle(heads))


def test_cycles_are_found():
    assert cycle(np.array([2, 0])).tolist() == []
    assert cycle(np.array([0, 3, 4, 2])).tolist() == [2, 3, 4]
    assert cycle(np.array([1])).tolist() == [1]
    assert cycle(np.array([])).tolist() == []
