"""Tokenizers trained on text of many scripts."""

import pytest

from calque.errors import BadSetting, BadValue
from calque.values import Texts
from calque.vocabulary.train import train

TEXTS = Texts.of(
    [
        "Serikali ya Kenya ilisema leo.",
        "मैं घर जा रहा हूँ।",
        "ذهبت إلى البيت",
        "ישנם שלושה ספרים",
        "ไปบ้าน",
    ]
    * 30
)


def test_everything_seen_is_known():
    vocabulary = train(TEXTS, size=400)
    unknown = vocabulary.special_id("unk")
    for text in TEXTS.take(range(5)):
        assert unknown not in vocabulary.fast.encode(text).ids
    assert len(vocabulary) <= 400
    assert {"pad", "unk", "cls", "sep", "mask"} == set(vocabulary.special)


def test_vowel_signs_stay():
    fast = train(TEXTS, size=400).fast
    assert "मैं" in fast.decode(fast.encode("मैं घर").ids)


def test_is_deterministic():
    made = {train(TEXTS, size=300).tokenizer for _ in range(5)}
    assert len(made) == 1


def test_refuses_what_it_cannot_do():
    with pytest.raises(BadValue, match="empty"):
        train(Texts.of(["", "  "]))
    with pytest.raises(BadSetting, match="size"):
        train(TEXTS, size=5)
