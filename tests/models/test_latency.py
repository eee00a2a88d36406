"""Latency by a clock of our own."""

import itertools

import pytest

from calque.errors import BadSetting, BadValue
from calque.models.latency import latency
from calque.models.tune import tune
from calque.values import Labelled
from calque.workspace import working_in

EXAMPLES = Labelled.of(
    [{"text": "the cat", "label": "a"}, {"text": "a river", "label": "b"}] * 3, "class"
)


def test_the_median_of_what_the_clock_says(tiny, tmp_path):
    with working_in(tmp_path):
        model = tune(tiny("bert"), EXAMPLES, epochs=1)
    taken = [1, 9, 2, 2, 30, 3]  # two repeats of three examples, in seconds
    now = itertools.accumulate(itertools.chain.from_iterable((0, each) for each in taken))
    found = latency(model, EXAMPLES, most=3, repeats=2, clock=lambda: next(now))
    assert found == 2500
    assert next(now, None) is None  # the two that warm up are not timed
    assert latency(model, EXAMPLES.take([0]), repeats=1) > 0
    with pytest.raises(BadSetting, match="most and repeats must be positive"):
        latency(model, EXAMPLES, most=0)
    with pytest.raises(BadValue, match="no examples"):
        latency(model, EXAMPLES.take([]))
