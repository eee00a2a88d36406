"""Tokenizers drawn at random: which pieces they have, and that they read as the old one does."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.models import random_tokenizers
from calque.models.random_tokenizers import RandomTokenizers
from calque.models.vocabulary import vocabulary
from calque.values import Vocabulary

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "zett_drawn.json"
TEXTS = ["ABAB abab", "ab"]  # ▁abab twice, ▁ab once


def draw(monkeypatch, old, size, noise, seed=0, texts=TEXTS):
    monkeypatch.setattr(random_tokenizers, "_NOISE", noise)
    made = RandomTokenizers(old, texts, size, np.random.default_rng(0))
    return made.substrings(np.random.default_rng(seed))


def test_without_noise_they_are_the_substrings_that_cover_most(tiny, monkeypatch):
    old = vocabulary(tiny("bert"))
    new = draw(monkeypatch, old, 5 + 3 + 2, (1e-12, 0.0))
    assert new.pieces[:5] == tuple(old.special.values())
    assert set(new.pieces[5:8]) == {"▁", "a", "b"}
    # times length: ▁abab 2 * 5, ab 5 * 2, ▁ab 3 * 3, ▁aba and abab 2 * 4
    assert set(new.pieces[8:]) == {"▁abab", "ab"}
    assert new.fast.encode("Abab ab", add_special_tokens=False).tokens[0] == "▁abab"
    assert len(draw(monkeypatch, old, 10_000, (1e-12, 0.0))) == 5 + 3 + 9


def test_substrings_and_their_scores_are_those_of_the_authors_code(monkeypatch):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    cutter = Tokenizer(models.WordLevel({"<unk>": 0}, "<unk>"))
    cutter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    old = Vocabulary(cutter.to_str(), {"unk": "<unk>"})
    new = draw(monkeypatch, old, 10_000, (1e-30, 0.0), texts=golden["texts"])
    found = {row[0]: row[1] for row in json.loads(new.tokenizer)["model"]["vocab"]}
    wanted = golden["pieces"]
    assert len(wanted) == 95
    assert {piece for piece in found if len(piece) > 1 and piece != "<unk>"} == set(wanted)
    # lengths are in bytes there, of which the letter of the space has two
    theirs = {p: np.exp(score) * len(p) / len(p.encode()) for p, score in wanted.items()}
    ratios = {p: np.exp(found[p]) / share for p, share in theirs.items()}
    twice = ratios.pop("Ġx")  # it begins each text
    np.testing.assert_allclose(list(ratios.values()), ratios["Ġcat"], rtol=1e-6)
    assert twice == pytest.approx(ratios["Ġcat"] / 2)


@pytest.mark.parametrize("name", ["bert", "xlmr", "modernbert"])
def test_merges_are_learned_from_some_of_the_texts(tiny, name):
    old = vocabulary(tiny(name))
    texts = ["the cat sees the small dog", "маленькая собака видит кошку", "cat"] * 20
    draws = RandomTokenizers(old, texts, 110, np.random.default_rng(0))
    drawn = [draws.merges(np.random.default_rng(seed)) for seed in (0, 0, 1)]
    assert drawn[0].pieces == drawn[1].pieces
    special = set(old.special.values())
    for new in drawn:
        assert len(special) < len(new) <= 110 and set(new.pieces[: len(special)]) == special
        for text in texts[:2]:
            assert new.special_id("unk") not in new.fast.encode(text).ids
        assert len(new.fast.encode("cat", add_special_tokens=False).tokens) < 3


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
