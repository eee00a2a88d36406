"""Unigram tokenizers: the same every time, no letter lost, probable pieces."""

import json

import pytest

from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.values import Texts
from calque.vocabulary.unigram import unigram

TEXTS = Texts.of([*[one.text for one in sentences("swh", "train")][:200], "मैं घर", "ไปบ้าน"])


def test_is_the_same_every_time():
    assert len({unigram(TEXTS, size=500).tokenizer for _ in range(4)}) == 1


def test_has_the_size_and_the_special_pieces_first():
    vocabulary = unigram(TEXTS, size=500)
    assert len(vocabulary) == 500
    assert vocabulary.pieces[:5] == ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    assert vocabulary.fast.encode("leo", "jana").tokens[0] == "[CLS]"


def test_scores_are_log_probabilities_in_order():
    scored = json.loads(unigram(TEXTS, size=500).tokenizer)["model"]["vocab"][5:]
    scores = [score for _, score in scored]
    assert scores == sorted(scores, reverse=True) and scores[0] < 0
    assert scored[0][0] in ("▁", "a")  # nothing is more frequent in Swahili
    assert dict(scored)["▁ya"] > dict(scored).get("▁yako", -99)


def test_letters_of_the_texts_and_of_names_are_known():
    vocabulary = unigram(TEXTS, size=500)
    unknown = vocabulary.special_id("unk")
    for text in [*TEXTS, "Quixotic Zbigniew 1987 XYZ"]:
        assert unknown not in vocabulary.fast.encode(text).ids
    assert unknown in vocabulary.fast.encode("Ω").ids


def test_reads_lower_case_where_asked_and_keeps_marks():
    vocabulary = unigram(TEXTS, size=500, lowercase=True)
    assert not [p for p in vocabulary.pieces[5:] if p != p.lower()]
    assert vocabulary.fast.decode(vocabulary.fast.encode("मैं GHAR").ids) == "मैं ghar"


def test_pieces_are_no_longer_than_asked_and_more_letters_than_size_all_stay():
    assert max(map(len, unigram(TEXTS, size=500, longest=4).pieces[5:])) <= 4
    many = Texts.of(["".join(map(chr, range(0x4E00, 0x4E00 + 600)))])
    assert len(unigram(many, size=200)) > 600


def test_refuses_what_it_cannot_do():
    with pytest.raises(BadValue, match="empty"):
        unigram(Texts.of(["", "  "]))
    with pytest.raises(BadSetting, match="size"):
        unigram(TEXTS, size=5)
