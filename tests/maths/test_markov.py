"""Fitting on whole corpora against the same steps over every alignment, one by one."""

import itertools
from collections import Counter

import numpy as np
import pytest

from calque.maths import grids as module
from calque.maths.chain import REACH, SMOOTHING
from calque.maths.grids import grids
from calque.maths.markov import fit_chain


def by_enumeration(sources, targets, *, rounds, null, smoothing):
    """Expected counts of pairs of types, and weights of jumps, after the same rounds."""
    sides = [[0, *(words + 1)] for words in sources]
    width = 1 + max(words.max() for words in targets)
    table, jumps = {}, {}
    for side, target in zip(sides, targets, strict=True):
        table |= dict.fromkeys(itertools.product(side, target), 1.0)
    for step in range(2 * rounds):
        counts, taken, offered = (dict.fromkeys(table, 0.0), Counter(), Counter())
        for side, target in zip(sides, targets, strict=True):
            found, total = [], 0.0
            for links in itertools.product(range(len(side)), repeat=len(target)):
                p, last, moves = 1.0, 0, []
                for word, link in zip(target, links, strict=True):
                    p *= table[side[link], word]
                    if link == 0:
                        p *= null
                    elif step < rounds:
                        p *= (1 - null) / (len(side) - 1)
                    else:
                        options = {i - last: jumps.get(i - last, 1.0) for i in range(1, len(side))}
                        p *= (1 - null) * options[link - last] / sum(options.values())
                        moves.append((link - last, options))
                        last = link
                total += p
                found.append((p, links, moves))
            for p, links, moves in found:
                for word, link in zip(target, links, strict=True):
                    counts[side[link], word] += p / total
                for jump, options in moves:
                    taken[jump] += p / total
                    for other in options:
                        offered[other] += p / total / sum(options.values())
        usual, given = Counter(), Counter()
        for (e, f), count in counts.items():
            usual[f] += count / sum(map(len, targets))
            given[e] += count
        prior = smoothing * width
        table = {
            (e, f): (count + prior * usual[f]) / (given[e] + prior)
            for (e, f), count in counts.items()
        }
        if step >= rounds:
            jumps = {d: (taken[d] + SMOOTHING) / (offered[d] + SMOOTHING) for d in offered}
    weights = [jumps.get(jump, 1.0) for jump in range(-REACH, REACH + 1)]
    return {e * width + f: count for (e, f), count in counts.items()}, weights


@pytest.mark.parametrize("cells", [1, 1 << 17], ids=["a batch per pair", "one batch"])
@pytest.mark.parametrize("null", [0.0, 0.2])
def test_fitting_meets_the_sum_over_all_alignments(monkeypatch, cells, null):
    monkeypatch.setattr(module, "CELLS", cells)
    generator = np.random.default_rng(0)
    sizes = [(3, 3), (2, 4), (4, 2), (1, 1), (3, 2)]
    sources = [generator.integers(0, 5, m) for m, _ in sizes]
    targets = [generator.integers(0, 4, n) for _, n in sizes]
    settings = {"rounds": 2, "null": null, "smoothing": 0.01}
    corpus = grids(sources, targets)
    counts, jumps = fit_chain(corpus, **settings)
    wanted, weights = by_enumeration(sources, targets, **settings)
    np.testing.assert_array_equal(corpus.keys, sorted(wanted))
    np.testing.assert_allclose(counts.pairs, [wanted[key] for key in sorted(wanted)], atol=1e-10)
    np.testing.assert_allclose(jumps, weights, atol=1e-10)
