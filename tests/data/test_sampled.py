from functools import partial

import numpy as np
import pytest

from calque.data.pooled import pooled
from calque.data.sampled import sampled
from calque.errors import BadSetting, BadValue
from calque.objectives.temperature import temperature
from calque.values import Texts

MANY = Texts.of([f"m{k}" for k in range(81)], "swh")
FEW = Texts.of(["f0", "f1", "f2"], "ewe")
NONE = Texts.of([], "wol")
HALF = partial(temperature, temperature=4.0)  # 81 ** (1/4) : 16 ** (1/4) = 3 : 2


def test_each_language_has_its_share():
    some = Texts.of([f"s{k}" for k in range(16)], "hau")
    drawn = sampled([MANY, NONE, some], sampler=HALF, most=50)
    assert [len(one) for one in drawn] == [30, 0, 20]
    assert [one.language for one in drawn] == ["swh", "wol", "hau"]
    assert len(set(drawn[0])) == 30  # enough of them: none twice
    assert sorted(set(drawn[2])) == sorted(some)  # all of them before any comes again
    assert pooled(drawn).language == "mul"


def test_a_small_language_comes_again_and_again():
    twice = sampled([MANY, FEW], sampler=partial(temperature, temperature=1e9), most=20)
    assert [len(one) for one in twice] == [10, 10]
    assert sorted(list(twice[1]).count(text) for text in FEW) == [3, 3, 4]
    by_size = sampled([MANY, FEW], sampler=partial(temperature, temperature=1.0), most=84)
    assert [list(one) for one in by_size] == [list(MANY), list(FEW)]


def test_another_seed_draws_other_texts():
    first, again, other = (
        [*sampled([MANY], sampler=HALF, most=20, seed=seed)[0]] for seed in (0, 0, 1)
    )
    assert first == again != other


def test_nothing_gives_nothing():
    assert [len(one) for one in sampled([NONE, NONE], sampler=HALF, most=5)] == [0, 0]
    assert sampled([], sampler=HALF, most=5) == []


def test_refuses_shares_that_do_not_fit():
    with pytest.raises(BadSetting, match="most"):
        sampled([MANY], sampler=HALF, most=0)
    with pytest.raises(BadValue, match=r"sizes \[81, 0\] the sampler gave shares \[0.5, 0.5\]"):
        sampled([MANY, NONE], sampler=lambda sizes: np.full(2, 0.5), most=5)
