"""Tags of chains against every sequence that there could be."""

from itertools import product

import numpy as np
import pytest

from calque.maths.tagging import best_tags, tag_posteriors

SIZES = np.array([3, 0, 5, 1, 4, 3])


def drawn(seed, t=3):
    generator = np.random.default_rng(seed)
    start, steps = generator.random(t) + 0.01, generator.random((t, t)) + 0.01
    emission = generator.random((SIZES.sum(), t)) + 0.01
    return start / start.sum(), steps / steps.sum(axis=1, keepdims=True), emission


def every(start, steps, emission):
    """All sequences of tags of one sentence, and their probabilities."""
    sequences = np.array(list(product(range(len(start)), repeat=len(emission))))
    chance = start[sequences[:, 0]] * emission[np.arange(len(emission)), sequences].prod(axis=1)
    return sequences, chance * steps[sequences[:, :-1], sequences[:, 1:]].prod(axis=1)


@pytest.mark.parametrize("seed", range(8))
def test_the_likeliest_of_all_sequences_and_the_shares_of_all(seed):
    start, steps, emission = drawn(seed)
    best = best_tags(np.log(start), np.log(steps), np.log(emission), SIZES)
    shares, taken = tag_posteriors(start, steps, emission, SIZES)
    wanted_taken = np.zeros_like(taken)
    for end, size in zip(np.cumsum(SIZES), SIZES, strict=True):
        if not size:
            continue
        own = slice(end - size, end)
        sequences, chance = every(start, steps, emission[own])
        assert best[own].tolist() == sequences[chance.argmax()].tolist()
        weight = chance / chance.sum()
        wanted = (sequences[:, :, None] == np.arange(3)).astype(float)
        np.testing.assert_allclose(shares[own], np.einsum("k,kwt->wt", weight, wanted), atol=1e-12)
        wanted_taken += np.einsum("k,kws,kwt->st", weight, wanted[:, :-1], wanted[:, 1:])
    np.testing.assert_allclose(taken, wanted_taken, atol=1e-12)


def test_a_long_sentence_neither_vanishes_nor_overflows():
    start, steps, _ = drawn(0)
    emission = np.full((1500, 3), 1e-200)
    emission[:, 1] = 1e-199
    shares, taken = tag_posteriors(start, steps, emission, np.array([1500]))
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(taken.sum(), 1499)
    assert np.isfinite(shares).all()


def test_no_words():
    nothing = np.zeros((0, 2))
    for sizes in (np.zeros(0, dtype=np.int64), np.zeros(3, dtype=np.int64)):
        assert best_tags(np.zeros(2), np.zeros((2, 2)), nothing, sizes).tolist() == []
        shares, taken = tag_posteriors(np.ones(2) / 2, np.ones((2, 2)) / 2, nothing, sizes)
        assert shares.shape == (0, 2)
        assert not taken.any()
