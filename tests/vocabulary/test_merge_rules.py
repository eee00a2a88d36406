"""Merge rules: halves of halves, several rules for a piece, pieces that no rule makes."""

import logging

import pytest
from small_tokenizers import sentencepiece, unigram, wordpiece

from calque.vocabulary.merge_rules import merge_rules
from calque.vocabulary.merges import merges

OLD = sentencepiece(["a t", "▁ o"], "catso")


def test_halves_of_halves():
    new = sentencepiece(["a t", "c at", "cat s", "▁ cats"], "catso")
    mixture = merge_rules(OLD, new)
    assert dict(mixture.origins("cat")) == {"c": 0.5, "at": 0.5}
    assert dict(mixture.origins("cats")) == {"s": 0.5, "c": 0.25, "at": 0.25}
    assert dict(mixture.origins("▁cats")) == {"▁": 0.5, "s": 0.25, "c": 0.125, "at": 0.125}
    assert mixture.origins("at") == [("at", 1.0)]
    # where every part weighs alike
    assert dict(merges(OLD, new).origins("▁cats")) == dict.fromkeys(["▁", "c", "at", "s"], 0.25)


def test_of_several_rules_the_mean():
    new = sentencepiece(["a t", "t s", "at s", "a ts", "▁ o"], "catso")
    assert dict(merge_rules(OLD, new).origins("ats")) == pytest.approx(
        {"at": 0.25, "s": 0.25 + 0.125, "a": 0.25, "t": 0.125}
    )


def test_rules_with_an_unknown_part_do_not_count():
    new = sentencepiece(["z o", "o s", "zo s", "z os", "▁ o"], "catsoz")
    mixture = merge_rules(OLD, new)
    assert mixture.origins("z") == mixture.origins("zo") == mixture.origins("zos") == []
    assert dict(mixture.origins("os")) == {"o": 0.5, "s": 0.5}


@pytest.mark.parametrize("new", [wordpiece(["cats", "cat"]), unigram(["▁cats"])])
def test_a_tokenizer_without_rules_is_told(new, caplog):
    with caplog.at_level(logging.WARNING):
        mixture = merge_rules(OLD, new)
    assert not mixture.known[-1]
    assert "no merge rules" in caplog.text
