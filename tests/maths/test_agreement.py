"""Two directions fitted together against the same steps over every alignment, one by one."""

import itertools
from collections import Counter

import numpy as np
import pytest

from calque.maths import grids as module
from calque.maths.agreement import agreed, products
from calque.maths.chain import REACH, SMOOTHING
from calque.maths.grids import facing, grids

SIZES = [(3, 3), (2, 4), (4, 2), (1, 1), (3, 2)]


def drawn(seed: int = 0):
    generator = np.random.default_rng(seed)
    sources = [generator.integers(0, 5, m) for m, _ in SIZES]
    return sources, [generator.integers(0, 4, n) for _, n in SIZES]


def posterior(side, target, table, jumps, null):
    """[n, 1 + m] by every alignment, with expected jumps and offers; jumps None for model 1."""
    total, cells, taken, offered = 0.0, np.zeros((len(target), 1 + len(side))), Counter(), Counter()
    for links in itertools.product(range(1 + len(side)), repeat=len(target)):
        p, last, moves = 1.0, 0, []
        for word, link in zip(target, links, strict=True):
            p *= table[side[link - 1] if link else None, word]
            if link == 0:
                p *= null
            elif jumps is None:
                p *= (1 - null) / len(side)
            else:
                options = {i - last: jumps.get(i - last, 1.0) for i in range(1, 1 + len(side))}
                p *= (1 - null) * options[link - last] / sum(options.values())
                moves.append((link - last, options))
                last = link
        total += p
        cells[np.arange(len(target)), links] += p
        for jump, options in moves:
            taken[jump] += p
            for other in options:
                offered[other] += p / sum(options.values())
    scaled = [Counter({jump: n / total for jump, n in one.items()}) for one in (taken, offered)]
    return cells / total, *scaled


def by_enumeration(sources, targets, *, rounds, null, smoothing):
    """Per pair [n, m] the root of the product of both directions' posteriors, after the same rounds."""
    ways = [(sources, targets), (targets, sources)]
    tables = [
        {
            (e, f): 1.0
            for side, target in zip(*way, strict=True)
            for e in [None, *side]
            for f in target
        }
        for way in ways
    ]
    jumps = [{}, {}]

    def found(step):
        for row in range(len(sources)):
            yield [
                posterior(way[0][row], way[1][row], table, None if step < rounds else one, null)
                for way, table, one in zip(ways, tables, jumps, strict=True)
            ]

    for step in range(2 * rounds):
        counts = [dict.fromkeys(table, 0.0) for table in tables]
        taken, offered = (Counter(), Counter()), (Counter(), Counter())
        for row, both in enumerate(found(step)):
            product = both[0][0][:, 1:] * both[1][0][:, 1:].T
            for k, grid in enumerate((product, product.T)):
                side, target = ways[k][0][row], ways[k][1][row]
                for j, f in enumerate(target):
                    counts[k][None, f] += 1 - grid[j].sum()
                    for i, e in enumerate(side):
                        counts[k][e, f] += grid[j, i]
                taken[k].update(both[k][1])
                offered[k].update(both[k][2])
        for k, (_, target) in enumerate(ways):
            usual, given = Counter(), Counter()
            for (e, f), n in counts[k].items():
                usual[f] += n / sum(map(len, target))
                given[e] += n
            prior = smoothing * (1 + max(int(words.max()) for words in target))
            tables[k] = {
                (e, f): (n + prior * usual[f]) / (given[e] + prior)
                for (e, f), n in counts[k].items()
            }
            if step >= rounds:
                jumps[k] = {
                    d: (taken[k][d] + SMOOTHING) / (offered[k][d] + SMOOTHING) for d in offered[k]
                }
    return [np.sqrt(one[0][:, 1:] * two[0][:, 1:].T) for one, two in found(rounds)]


@pytest.mark.parametrize("cells", [1, 1 << 17], ids=["a batch per pair", "one batch"])
@pytest.mark.parametrize("null", [0.1, 0.3])
def test_fitting_meets_the_sum_over_all_alignments(monkeypatch, cells, null):
    monkeypatch.setattr(module, "CELLS", cells)
    sources, targets = drawn()
    settings = {"rounds": 2, "null": null, "smoothing": 0.01}
    forward = grids(sources, targets)
    wanted = by_enumeration(sources, targets, **settings)
    seen = 0
    for batch, score in agreed(forward, facing(forward, sources, targets), **settings):
        for place, row in enumerate(batch.rows):
            m, n = SIZES[row]
            np.testing.assert_allclose(score[:n, place, 1 : 1 + m], wanted[row], atol=1e-10)
            assert not score[:n, place, 0].any()
            assert not score[:n, place, 1 + m :].any()
            seen += 1
    assert seen == len(SIZES)
    assert REACH > 4  # no jump above is cut


def test_products_lie_alike_in_both_layouts():
    sources, targets = drawn(1)
    forward = grids(sources, targets)
    backward = facing(forward, sources, targets)
    generator = np.random.default_rng(2)
    for one, other in zip(forward.batches, backward.batches, strict=True):
        assert sorted(one.rows) == sorted(other.rows)
        assert (np.diff(other.n) <= 0).all()
        there, back = (made(batch, generator) for batch in (one, other))
        first, second = products((one, other), (there, back))
        for place, row in enumerate(one.rows):
            m, n = int(one.m[place]), int(one.n[place])
            facing_place = int(np.flatnonzero(other.rows == row)[0])
            for j, i in np.ndindex(n, m):
                product = there[j, place, 1 + i] * back[i, facing_place, 1 + j]
                assert first[j, place, 1 + i] == second[i, facing_place, 1 + j] == product
            assert not first[:n, place, 1 + m :].any()
            assert not second[:m, facing_place, 1 + n :].any()
            rest = 1 - first[:n, place, 1:].sum(axis=1)
            np.testing.assert_allclose(first[:n, place, 0], rest)
        assert min(first.min(), second.min()) >= 0


def made(batch, generator):
    """Posteriors of a batch, drawn: words that are not there have none."""
    posterior = generator.random(batch.cells.shape)
    posterior[:, :, 1:] *= np.arange(batch.m.max()) < batch.m[:, None]
    return posterior / posterior.sum(axis=2, keepdims=True)
