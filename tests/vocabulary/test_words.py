"""Words seen are whole, others fall into the substrings that words share."""

import pytest

from calque.errors import BadSetting, BadValue
from calque.maths.cutting import cut
from calque.values import Texts
from calque.vocabulary.words import words

LINES = [
    "Serikali ya Kenya ilisema leo.",
    "serikalini wakenya kwaserikali",
    "मैं घर जा रहा हूँ।",
    "ذهبت إلى البيت",
    "ไปบ้าน",
]
TEXTS = Texts.of(LINES)


def pieces_of(text, **settings):
    return words(TEXTS, **settings).fast.encode(text, add_special_tokens=False).tokens


def test_words_seen_are_whole():
    for line in LINES:
        vocabulary = words(TEXTS)
        tokens = vocabulary.fast.encode(line, add_special_tokens=False).tokens
        assert all(token.startswith("▁") for token in tokens), tokens
        assert "[UNK]" not in tokens


def test_other_words_fall_into_shared_substrings():
    # serikali is in three words: as one, with a suffix, with a prefix
    assert pieces_of("kiserikali", shared=3, longest=12) == ["▁k", "i", "serikali"]
    assert "serikali" not in words(TEXTS, shared=4).pieces


def test_cuts_as_the_plain_algorithm_does():
    vocabulary = words(TEXTS, shared=2)
    known = set(vocabulary.pieces) - set(vocabulary.special.values())
    for word in ("kiserikali", "wanaserikalini", "kenyatta", "xyz"):
        assert pieces_of(word, shared=2) == cut(f"▁{word}", known, 40)


def test_any_ascii_name_can_be_spelled_and_other_signs_are_unknown():
    assert "[UNK]" not in pieces_of("Quixotic Zbigniew 1987")
    vocabulary = words(TEXTS)
    assert vocabulary.special_id("unk") in vocabulary.fast.encode("Ω").ids


def test_long_words_are_not_kept_whole():
    kept, long = "a" * 36, "a" * 37
    vocabulary = words(Texts.of([kept, long, "bb"]), shared=1, longest=12)
    assert f"▁{kept}" in vocabulary.pieces
    assert f"▁{long}" not in vocabulary.pieces
    assert "▁bb" in vocabulary.pieces


def test_is_deterministic_and_keeps_case_where_asked():
    assert words(TEXTS).tokenizer == words(TEXTS).tokenizer
    assert "▁Serikali" in words(TEXTS, lowercase=False).pieces


def test_refuses_what_it_cannot_do():
    with pytest.raises(BadValue, match="empty"):
        words(Texts.of(["", "  "]))
    with pytest.raises(BadSetting, match="shared"):
        words(TEXTS, shared=0)
