"""Where to insert marks: against all places under random models, and Codec's search."""

import json

import numpy as np
import pytest
from golden import codec
from golden.codec import CLOSE, END, OPEN, START, logs
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.maths.insertion import best_insertions

GOLDEN = codec.HERE / "codec.json"


class Model:
    """A model that gives every prefix its own probabilities, and counts what it is asked."""

    def __init__(self, seed, sequence, peaked):
        self.seed, self.sequence, self.peaked = seed, sequence, peaked
        self.asked = 0

    def rows(self, prefix, rest, also):
        """Log probabilities of what follows a prefix and of `also` in the place of each."""
        prefix, found = [START, *prefix], []
        for piece in [*rest, END]:
            now = logs(self.seed, prefix, self.peaked)
            found.append((now[piece], now[also]))
            prefix = [*prefix, piece]
        self.asked += len(found)
        return np.array(found)

    @property
    def plain(self):
        return self.rows([], self.sequence, OPEN)

    def opened(self, starts):
        return [self.rows([*self.sequence[:i], OPEN], self.sequence[i:], CLOSE) for i in starts]

    def closed(self, starts, end):
        return [
            self.rows(
                [*self.sequence[:i], OPEN, *self.sequence[i:end], CLOSE], self.sequence[end:], OPEN
            )[:, 0]
            for i in starts
        ]

    def every(self, starts, ends):
        """Start, end and log probability of every insertion, likeliest first."""
        found = []
        for i in starts:
            for j in ends:
                if j > i:
                    t = self.sequence
                    whole = [*t[:i], OPEN, *t[i:j], CLOSE, *t[j:]]
                    found.append((i, j, self.rows([], whole, OPEN)[:, 0].sum()))
        return sorted(found, key=lambda one: -one[2])


def check(found, wanted):
    assert [one[:2] for one in found] == [one[:2] for one in wanted]
    np.testing.assert_allclose([one[2] for one in found], [one[2] for one in wanted], rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 255),
    st.lists(st.integers(4, 7), min_size=1, max_size=7),
    st.sampled_from([0.3, 1.0, 3.0]),
    st.integers(1, 4),
    st.integers(1, 3),
    st.data(),
)
def test_the_best_are_those_of_all(seed, sequence, peaked, best, size, data):
    n = len(sequence)
    starts = sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1)))
    ends = sorted(data.draw(st.sets(st.integers(1, n), min_size=1)))
    model = Model(seed, sequence, peaked)
    found = best_insertions(
        model.plain, np.array(starts), np.array(ends), model, best=best, size=size
    )
    check(found, model.every(starts, ends)[:best])


def test_it_finds_what_codec_finds():
    for (seed, sequence, peaked), wanted in zip(
        codec.planted(), json.loads(GOLDEN.read_text())["best"], strict=True
    ):
        model, n = Model(seed, sequence, peaked), len(sequence)
        found = best_insertions(
            model.plain, np.arange(n), np.arange(1, n + 1), model, best=codec.BEST
        )
        check(found, [tuple(one) for one in wanted])


@pytest.mark.parametrize("ahead", [None, 4, 0])
def test_the_bound_spares_work_and_a_heuristic_one_more(ahead):
    asked, right, every = 0, 0, 0
    for seed in range(20):  # of 20 models
        sequence = (np.arange(9) * (seed + 1) % 4 + 4).tolist()
        model, places = Model(seed, sequence, 3.0), (np.arange(9), np.arange(1, 10))
        (found,) = best_insertions(model.plain, *places, model, ahead=ahead, size=4)
        asked, model.asked = asked + model.asked, 0
        right += found[:2] == model.every(*places)[0][:2]
        every += model.asked
    share, least = {None: (0.35, 20), 4: (0.3, 16), 0: (0.15, 10)}[ahead]
    assert asked < share * every
    assert right >= least


def test_no_place_is_no_insertion():
    model = Model(0, [4, 5], 1.0)
    for starts, ends in (([], [1, 2]), ([1], [1]), ([0], [])):
        starts, ends = np.array(starts, dtype=int), np.array(ends, dtype=int)
        assert best_insertions(model.plain, starts, ends, model) == []
