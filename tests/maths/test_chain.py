"""Forward-backward against the sum over all alignments, one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.maths.chain import REACH, Jumps, chain_posteriors
from calque.maths.grids import grids


def enumerated(emission, jumps, null):
    """Posterior [n, 1 + m], log-likelihood and expected jumps of one pair, by every alignment."""
    n, m = emission.shape[0], emission.shape[1] - 1
    posterior, taken, offered = np.zeros((n, 1 + m)), {}, {}
    for alignment in itertools.product(range(m + 1), repeat=n):
        p, last, jumped = 1.0, 0, []
        for j, a in enumerate(alignment):
            p *= emission[j, a]
            if a == 0:  # the null word leaves the position as it is
                p *= null
                continue
            options = {
                i - last: jumps[np.clip(i - last, -REACH, REACH) + REACH] for i in range(1, m + 1)
            }
            p *= (1 - null) * options[a - last] / sum(options.values())
            jumped.append((a - last, options))
            last = a
        posterior[np.arange(n), alignment] += p
        for jump, options in jumped:
            taken[jump] = taken.get(jump, 0) + p
            for other in options:
                offered[other] = offered.get(other, 0) + p / sum(options.values())
    total = posterior[0].sum()
    return posterior / total, np.log(total), taken, offered, total


def corpus(sizes, seed):
    """Batches of sentence pairs of these sizes, a table, and weights of jumps."""
    generator = np.random.default_rng(seed)
    sources = [generator.integers(0, 4, m) for m, _ in sizes]
    targets = [generator.integers(0, 3, n) for _, n in sizes]
    made = grids(sources, targets)
    return made, generator.random(len(made.keys)) + 0.01, generator.random(2 * REACH + 1) + 0.01


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=5),
    st.sampled_from([0.0, 0.2, 0.7]),
    st.integers(0, 100),
)
def test_equals_the_sum_over_all_alignments(sizes, null, seed):
    made, table, jumps = corpus(sizes, seed)
    counts, likelihood = Jumps(), 0.0
    wanted, taken, offered = 0.0, np.zeros(2 * REACH + 1), np.zeros(2 * REACH + 1)
    for batch in made.batches:
        emission = batch.spread(table)
        posterior, found = chain_posteriors(batch, emission, jumps, null=null, counts=counts)
        likelihood += found
        for place, (m, n) in enumerate(zip(batch.m, batch.n, strict=True)):
            exact, log, some, others, total = enumerated(emission[:n, place, : m + 1], jumps, null)
            np.testing.assert_allclose(posterior[:n, place, : m + 1], exact, atol=1e-12)
            assert not posterior[:n, place, m + 1 :].any()
            wanted += log
            for jump, mass in some.items():
                taken[jump + REACH] += mass / total
            for jump, mass in others.items():
                offered[jump + REACH] += mass / total
    assert likelihood == pytest.approx(wanted, abs=1e-10)
    np.testing.assert_allclose(counts.taken, taken, atol=1e-10)
    np.testing.assert_allclose(counts.offered, offered, atol=1e-10)


def test_jumps_beyond_the_reach_share_a_weight():
    made, table, jumps = corpus([(REACH + 20, 2)], 0)
    jumps[-1] = 5.0
    batch, counts = made.batches[0], Jumps()
    emission = np.ones_like(batch.spread(table))
    posterior, _ = chain_posteriors(batch, emission, jumps, null=0.0, counts=counts)
    # from the start, word i is a jump of i + 1; words from REACH - 1 on weigh the same
    first = posterior[0, 0, 1:]
    np.testing.assert_allclose(first[REACH - 1 :], first[-1])
    np.testing.assert_allclose(first[-1] / first[0], 5.0 / jumps[REACH + 1])
    assert counts.taken.sum() == pytest.approx(2.0)


def test_no_round_lowers_the_likelihood(monkeypatch):
    """Counting jumps and reweighting them climbs, also in sentences too short for most jumps."""
    monkeypatch.setattr("calque.maths.chain.SMOOTHING", 1e-9)
    made, table, jumps = corpus([(2, 4), (4, 3), (5, 5), (3, 3)], 3)
    seen = []
    for _ in range(15):
        counts, total = Jumps(), 0.0
        for batch in made.batches:
            total += chain_posteriors(batch, batch.spread(table), jumps, null=0.2, counts=counts)[1]
        seen.append(total)
        jumps = counts.weights()
    assert (np.diff(seen) > -1e-9).all()
    assert seen[-1] > seen[0] + 0.1
