"""Batches hold every cell of every pair once, in memory or in a file."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.maths import grids as module
from calque.maths import shelf
from calque.maths.grids import grids

SENTENCE = st.lists(st.integers(0, 4), max_size=5)


def cells(corpus):
    """Per pair the keys [n, 1 + m] read back."""
    found = {}
    for batch in corpus.batches:
        for place, row in enumerate(batch.rows):
            m, n = batch.m[place], batch.n[place]
            assert row not in found
            found[int(row)] = corpus.keys[batch.pairs[batch.cells[:n, place, : m + 1]]]
            rest = batch.cells[:, place].copy()
            rest[:n, : m + 1] = len(batch.pairs)
            assert (rest >= len(batch.pairs)).all()  # padding points behind the pairs of types
            assert (rest[n:, : m + 1] == len(batch.pairs) + 1).all()
        assert (np.diff(batch.n) <= 0).all()  # as chains rely on
        assert (np.diff(batch.pairs) > 0).all()
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SENTENCE, SENTENCE), max_size=8))
def test_every_cell_is_there_once(pairs):
    sources = [np.array(s, dtype=np.int64) for s, _ in pairs]
    targets = [np.array(t, dtype=np.int64) for _, t in pairs]
    corpus = grids(sources, targets)
    found = cells(corpus)
    assert set(found) == {row for row, (s, t) in enumerate(pairs) if s and t}
    for row, keys in found.items():
        given_types = np.array([0, *(sources[row] + 1)])
        np.testing.assert_array_equal(keys // corpus.width, np.tile(given_types, (len(keys), 1)))
        np.testing.assert_array_equal(keys[:, 0] % corpus.width, targets[row])
    assert set(corpus.keys) == {key for keys in found.values() for key in keys.ravel()}


def test_many_cells_go_to_a_file_and_are_the_same(monkeypatch):
    generator = np.random.default_rng(0)
    sides = [[generator.integers(0, 9, generator.integers(1, 12)) for _ in range(50)] for _ in "st"]
    kept = grids(*sides)
    monkeypatch.setattr(shelf, "IN_MEMORY", 10)
    monkeypatch.setattr(module, "CELLS", 300)
    filed = grids(*sides)
    assert all(isinstance(batch.cells, np.memmap) for batch in filed.batches)
    assert len(filed.batches) > len(kept.batches)
    one, other = cells(kept), cells(filed)
    for row in range(50):
        np.testing.assert_array_equal(one[row], other[row])


def test_values_of_cells_are_spread_and_gathered_by_pair_of_types():
    generator = np.random.default_rng(1)
    sides = [[generator.integers(0, 5, generator.integers(1, 7)) for _ in range(9)] for _ in "st"]
    corpus = grids(*sides)
    table, sums, wanted = generator.random(len(corpus.keys)), np.zeros(len(corpus.keys)), {}
    for batch in corpus.batches:
        values = batch.spread(table)
        for place, row in enumerate(batch.rows):
            source, target = sides[0][row], sides[1][row]
            for j, word in enumerate(target):
                for i, other in enumerate([0, *(source + 1)]):
                    key = np.searchsorted(corpus.keys, other * corpus.width + word)
                    assert values[j, place, i] == table[key]
                    wanted[key] = wanted.get(key, 0) + table[key]
            assert not values[: len(target), place, 1 + len(source) :].any()
            assert (values[len(target) :, place, : 1 + len(source)] == 1).all()
        batch.gather(values, sums)
    np.testing.assert_allclose(sums, [wanted[key] for key in range(len(sums))])
