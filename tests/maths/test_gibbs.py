"""The sampler against the sum over all alignments of a corpus, and what it counts."""

import itertools
from math import lgamma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.maths import gibbs
from calque.maths import grids as module
from calque.maths.chances import FERTILITIES, REACH
from calque.maths.gibbs import FERTILITY_PRIOR, Priors, Sampler, sampled
from calque.maths.grids import grids

SOURCES = [np.array(words) for words in ([0, 1], [1, 2], [0])]
TARGETS = [np.array(words) for words in ([0, 1], [1, 1], [0, 2])]
PRIORS = Priors(null=0.3, smoothing=0.7)


def dirichlet(counts, prior):
    """Log-probability of draws counted in `counts`, with a Dirichlet prior."""
    gained = sum(lgamma(c + p) - lgamma(p) for c, p in zip(counts, prior, strict=True))
    return gained + lgamma(sum(prior)) - lgamma(sum(counts) + sum(prior))


def likelihood(alignment, jumps, usual, *, order, fertile):
    """Log-probability of the links [pair][place] of the corpus together with its target words."""
    translated, fertility, total = np.zeros((4, 3)), np.zeros((4, FERTILITIES)), 0.0
    for source, target, links in zip(SOURCES, TARGETS, alignment, strict=True):
        last, linked = 0, [0] * len(source)
        for word, link in zip(target, links, strict=True):
            translated[source[link - 1] + 1 if link else 0, word] += 1
            total += np.log(PRIORS.null if link == 0 else 1 - PRIORS.null)
            if link:
                total += np.log(jumps[link - last + REACH] if order else 1 / len(source))
                last, linked[link - 1] = link, linked[link - 1] + 1
        total += np.log(jumps[len(source) + 1 - last + REACH]) if order else 0.0
        for word, count in zip(source, linked, strict=True):
            fertility[word + 1, count] += 1
    often = np.bincount(np.concatenate(TARGETS)) / sum(map(len, TARGETS))
    total += sum(dirichlet(row, PRIORS.smoothing * often) for row in translated)
    if fertile:
        total += sum(dirichlet(row, FERTILITY_PRIOR * usual) for row in fertility)
    return total


@pytest.mark.parametrize(
    ("order", "fertile"), [(False, False), (True, False), (True, True)], ids=["1", "2", "3"]
)
def test_long_runs_meet_the_sum_over_all_alignments(monkeypatch, order, fertile):
    monkeypatch.setattr(module, "CELLS", 1)  # a batch per pair: nothing is drawn side by side
    corpus = grids(SOURCES, TARGETS)
    assert len(corpus.batches) == 3
    state = Sampler(corpus, PRIORS, np.random.default_rng(0))
    jumps = 0.02 + np.random.default_rng(1).random(2 * REACH + 1)
    state.jumps = jumps / jumps.sum()
    state.usual = np.array([0.3, 0.4, 0.2, 0.04, 0.03, 0.01, 0.01, 0.01])
    wanted = [np.zeros((len(t), 1 + len(s))) for s, t in zip(SOURCES, TARGETS, strict=True)]
    choices = [
        itertools.product(range(len(s) + 1), repeat=len(t))
        for s, t in zip(SOURCES, TARGETS, strict=True)
    ]
    total = 0.0
    for alignment in itertools.product(*choices):
        p = np.exp(likelihood(alignment, state.jumps, state.usual, order=order, fertile=fertile))
        total += p
        for grid, links in zip(wanted, alignment, strict=True):
            grid[np.arange(len(links)), links] += p
    found, rounds = [np.zeros(batch.cells.shape) for batch in corpus.batches], 1000
    for step in range(100 + rounds):
        state.sweep(order=order, fertile=fertile, posteriors=found if step >= 100 else None)
    for batch, grid in zip(corpus.batches, found, strict=True):
        np.testing.assert_allclose(grid[:, 0] / rounds, wanted[batch.rows[0]] / total, atol=0.03)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.4]),
    st.integers(0, 100),
)
def test_counts_stay_those_of_the_links(sizes, null, seed):
    generator = np.random.default_rng(seed)
    sources = [generator.integers(0, 4, m) for m, _ in sizes]
    targets = [generator.integers(0, 3, n) for _, n in sizes]
    corpus = grids(sources, targets)
    state = Sampler(corpus, Priors(null, 0.1), generator)
    posteriors = [np.zeros(batch.cells.shape) for batch in corpus.batches]
    for fertile in (False, True):
        state.sweep(order=True, fertile=fertile, posteriors=posteriors)
    pairs, given_, often = {}, np.zeros(len(state.given)), np.zeros_like(state.fertility)
    for batch, links, posterior in zip(corpus.batches, state.links, posteriors, strict=True):
        for place, row in enumerate(batch.rows):
            side = [0, *(sources[row] + 1)]
            drawn = links[:, place]
            assert not drawn[len(targets[row]) :].any()
            assert null or drawn[: len(targets[row])].all()
            for word, link in zip(targets[row], drawn, strict=False):
                key = side[link] * corpus.width + word
                pairs[key], given_[side[link]] = pairs.get(key, 0) + 1, given_[side[link]] + 1
            for i in range(1, len(side)):
                often[side[i], (drawn == i).sum()] += 1
            real = posterior[: len(targets[row]), place]
            np.testing.assert_allclose(real.sum(axis=1), 2)
            assert not real[:, len(side) :].any()
            assert not posterior[len(targets[row]) :, place].any()
    np.testing.assert_array_equal(state.pairs, [pairs.get(key, 0) for key in corpus.keys])
    np.testing.assert_array_equal(state.given, given_)
    np.testing.assert_array_equal(state.fertility[1:], often[1:])


def test_jumps_are_counted_from_before_the_first_word_to_behind_the_last():
    corpus = grids([np.arange(4)], [np.arange(3)])
    state = Sampler(corpus, PRIORS, np.random.default_rng(0))
    state.links[0][:, 0] = [2, 0, 1]  # jumps 2, -1 and 4: behind the last is place 5
    state.learn()
    counted = np.full(2 * REACH + 1, gibbs.JUMP_PRIOR)
    counted[REACH + np.array([2, -1, 4])] += 1
    np.testing.assert_allclose(state.jumps, counted / counted.sum())


def test_posteriors_of_a_batch_sum_to_one():
    generator = np.random.default_rng(0)
    sides = [[generator.integers(0, 5, generator.integers(1, 7)) for _ in range(9)] for _ in "st"]
    corpus = grids(*sides)
    found = sampled(corpus, PRIORS, sweeps=4, samplers=2, seed=0)
    for batch, posterior in zip(corpus.batches, found, strict=True):
        np.testing.assert_allclose(posterior.sum(axis=2), batch.real, atol=1e-5)
