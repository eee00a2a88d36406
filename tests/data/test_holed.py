"""Texts with words left out."""

import pytest

from calque.data.holed import holed
from calque.errors import BadSetting
from calque.values import Texts

ODD = Texts.of(["", "  ", "Hello, big world!", "שלום עולם", "小さい犬は", "a\u0301 b"], "und")


def test_words_that_stand_together_have_one_sign():
    pairs = holed(Texts.of(["one, two  three!", ""], "eng"), share=1, sign="<mask>")
    assert list(pairs.sources) == ["<mask>", ""]
    assert list(pairs.targets) == ["one, two  three!", ""]
    assert (pairs.source, pairs.target) == ("eng", "eng")


def test_the_share_is_about_that_and_the_rest_stays():
    texts = Texts.of([" ".join(f"w{k}" for k in range(20))] * 200, "eng", tokenized=True)
    pairs = holed(texts, share=0.3, seed=4)
    left = [set(source.split()) - {"_"} for source in pairs.sources]
    share = 1 - sum(map(len, left)) / 4000
    assert 0.28 < share < 0.32
    for source in pairs.sources:
        words = source.split()
        assert [w for w in words if w != "_"] == sorted(
            set(words) - {"_"}, key=lambda w: int(w[1:])
        )
        assert "_ _" not in source
    assert len(set(pairs.sources)) > 150
    assert list(holed(texts.take(range(5)), share=0.3, seed=4).sources) == list(pairs.sources)[:5]
    assert pairs.tokenized


def test_odd_texts_and_settings():
    assert list(holed(ODD, share=0).sources) == list(ODD)
    assert all("_" in source for source in list(holed(ODD, share=1).sources)[2:])
    with pytest.raises(BadSetting, match=r"\[0, 1\]"):
        holed(ODD, share=1.5)
