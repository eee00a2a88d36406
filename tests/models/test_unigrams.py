"""Tokenizers drawn at random: which pieces they have, and that they read as the old one does."""

import numpy as np
import pytest

from calque.models import unigrams
from calque.models.unigrams import Unigrams
from calque.models.vocabulary import vocabulary

TEXTS = ["ABAB abab", "ab"]  # ▁abab twice, ▁ab once


def draw(monkeypatch, old, size, noise, seed=0, texts=TEXTS):
    monkeypatch.setattr(unigrams, "_NOISE", noise)
    made = Unigrams(old, texts, size, np.random.default_rng(0))
    return made.draw(np.random.default_rng(seed))


def test_without_noise_they_are_the_substrings_that_cover_most(tiny, monkeypatch):
    old = vocabulary(tiny("bert"))
    new = draw(monkeypatch, old, 5 + 3 + 2, (1e-12, 0.0))
    assert new.pieces[:5] == tuple(old.special.values())
    assert set(new.pieces[5:8]) == {"▁", "a", "b"}
    # times length: ▁abab 2 * 5, ab 5 * 2, ▁ab 3 * 3, ▁aba and abab 2 * 4
    assert set(new.pieces[8:]) == {"▁abab", "ab"}
    assert new.fast.encode("Abab ab", add_special_tokens=False).tokens[0] == "▁abab"
    assert len(draw(monkeypatch, old, 10_000, (1e-12, 0.0))) == 5 + 3 + 9


@pytest.mark.parametrize("name", ["bert", "xlmr", "modernbert"])
def test_noise_makes_others_each_time_that_spell_the_text(tiny, monkeypatch, name):
    old = vocabulary(tiny(name))
    texts = ["the cat sees the small dog", "маленькая собака видит кошку"]
    drawn = [draw(monkeypatch, old, 60, (0.1, 1.0), seed, texts) for seed in (0, 0, 1)]
    assert drawn[0].pieces == drawn[1].pieces
    assert drawn[0].pieces != drawn[2].pieces
    for new in drawn:
        assert len(new) == 60 and len(set(new.pieces)) == 60
        assert new.special == old.special
        for text in texts:
            assert new.special_id("unk") not in new.fast.encode(text).ids


def test_texts_without_a_word_give_the_special_pieces(tiny, monkeypatch):
    old = vocabulary(tiny("bert"))
    assert len(draw(monkeypatch, old, 60, (1e-5, 4.0), texts=["\u200b"])) >= len(old.special)
