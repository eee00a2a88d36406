"""Samples: of the texts that are there, none twice, in order, the same for a seed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.data.sample import sample
from calque.errors import BadSetting
from calque.values import Texts


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 50), st.integers(0, 3))
def test_a_sample_is_some_of_the_texts_in_their_order(count, most, seed):
    texts = Texts.of([f"text {k}" for k in range(count)], "swh")
    drawn = sample(texts, most=most, seed=seed)
    assert len(drawn) == min(count, most) and drawn.language == "swh"
    numbers = [int(text.split()[1]) for text in drawn]
    assert numbers == sorted(set(numbers))
    assert list(sample(texts, most=most, seed=seed)) == list(drawn)


def test_every_text_is_as_likely():
    texts = Texts.of([str(k) for k in range(10)])
    counts = [0] * 10
    for seed in range(2000):
        for text in sample(texts, most=3, seed=seed):
            counts[int(text)] += 1
    assert all(abs(count - 600) < 100 for count in counts)  # five standard deviations


def test_what_cannot_be_drawn():
    with pytest.raises(BadSetting, match="most must be at least 1, got 0"):
        sample(Texts.of(["a"]), most=0)
