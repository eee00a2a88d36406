"""Byte-level BPE: nothing unknown, the same every time, pairs by their frequency."""

import json

import pytest

from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.values import Texts
from calque.values.marks import byte_letters
from calque.vocabulary.byte_pairs import byte_pairs

TEXTS = Texts.of([*[one.text for one in sentences("swh", "train")][:200], "मैं घर", "ไปบ้าน"])


def test_is_the_same_every_time_and_has_the_size():
    assert len({byte_pairs(TEXTS, size=500).tokenizer for _ in range(4)}) == 1
    assert len(byte_pairs(TEXTS, size=500)) == 500


def test_nothing_is_unknown():
    vocabulary = byte_pairs(TEXTS, size=300)
    assert set(byte_letters()) <= set(vocabulary.pieces)
    unknown = vocabulary.special_id("unk")
    for text in ("Ω≈ç√ 漢字 \U0001f600", "\x07", *TEXTS):
        assert unknown not in vocabulary.fast.encode(text).ids


def test_the_most_frequent_pair_first():
    model = json.loads(byte_pairs(Texts.of(["abab abab cd"]), size=300).tokenizer)["model"]
    # ab four times, then " ab" and "ab" twice each; cd and " c" once only
    assert [tuple(pair) for pair in model["merges"]] == [("a", "b"), ("Ġ", "ab"), ("Ġab", "ab")]


def test_a_word_is_cut_alike_wherever_it_stands():
    vocabulary = byte_pairs(TEXTS, size=500)
    tokens = vocabulary.fast.encode("habari habari", add_special_tokens=False).tokens
    assert tokens[: len(tokens) // 2] == tokens[len(tokens) // 2 :]
    assert vocabulary.encode_words([["habari", ""]])[0][1] == []


def test_lower_case_where_asked():
    vocabulary = byte_pairs(TEXTS, size=300, lowercase=True)
    assert vocabulary.fast.decode(vocabulary.fast.encode("HABARI Gani").ids) == "habari gani"


def test_refuses_what_it_cannot_do():
    with pytest.raises(BadValue, match="empty"):
        byte_pairs(Texts.of(["", "  "]))
    with pytest.raises(BadSetting, match="size"):
        byte_pairs(TEXTS, size=260)
