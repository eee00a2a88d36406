"""Pieces cut by the old tokenizer: every kind of marks, bytes, unknown letters."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tokenizers import byte_level, sentencepiece, unigram, wordpiece

from calque.values import Vocabulary
from calque.values.marks import as_bytes
from calque.vocabulary.cutting import cut_pieces
from calque.vocabulary.merges import merges

# ▁cat, cat, at, ▁ca and letters, in each kind
PIECE = wordpiece(["cat", "ca", *"catso"], ["cat", "at", *"catso"])
SENTENCE = sentencepiece(["a t", "c a", "c at", "▁ ca", "▁ cat"], "catso")
UNIGRAM = unigram(["▁", "▁cat", "▁ca", "cat", "at", *"catso"])
BYTE = byte_level(["a t", "c a", "c at", "Ġ ca", "Ġ cat"])


def news(kind):
    """▁cats and scat as pieces that begin a word, oat inside one."""
    if kind == "wordpiece":
        return wordpiece(["cats", "scat"], ["oat"]), ("cats", "scat", "##oat")
    if kind == "byte":
        rules = ["c a", "ca t", "cat s", "Ġ cats", "s cat", "Ġ scat", "o a", "oa t"]
        return byte_level(rules), ("Ġcats", "Ġscat", "oat")
    return unigram(["▁cats", "▁scat", "oat"]), ("▁cats", "▁scat", "oat")


@pytest.mark.parametrize("kind", ["wordpiece", "sentencepiece", "byte"])
@pytest.mark.parametrize(
    ("old", "cats", "scat", "oat"),
    [
        (PIECE, ["cat", "##s"], ["s", "##cat"], ["##o", "##at"]),
        (SENTENCE, ["▁cat", "s"], ["▁", "s", "cat"], ["o", "at"]),
        (UNIGRAM, ["▁cat", "s"], ["▁", "s", "cat"], ["o", "at"]),
        (BYTE, ["Ġcat", "s"], ["Ġ", "s", "cat"], ["o", "at"]),
    ],
)
def test_marks_of_any_kind_are_cut_by_any_kind(kind, old, cats, scat, oat):
    new, names = news(kind)
    mixture = merges(old, new)
    for name, parts in zip(names, (cats, scat, oat), strict=True):
        assert dict(mixture.origins(name)) == pytest.approx(dict.fromkeys(parts, 1 / len(parts)))


def test_what_both_have_is_copied_and_a_piece_that_comes_twice_counts_twice():
    new = unigram(["▁cat", "s", "oo", "oos"])
    mixture = merges(UNIGRAM, new)
    assert mixture.origins("▁cat") == [("▁cat", 1.0)]
    assert mixture.origins("oo") == [("o", 1.0)]
    assert mixture.origins("oos") == [("o", pytest.approx(2 / 3)), ("s", pytest.approx(1 / 3))]


def test_unknown_letters_do_not_count_and_nothing_is_unknown():
    mixture = merges(UNIGRAM, unigram(["▁a", "szs", "zz"]))
    assert mixture.origins("szs") == [("s", 1.0)]
    assert mixture.origins("zz") == []
    assert merges(PIECE, wordpiece(["szs"])).origins("szs") == []  # one unknown word to WordPiece


def test_letters_that_are_no_ascii():
    """é is one letter, two bytes in byte-level vocabularies, and two pieces of byte fallback."""
    fallback = sentencepiece([], "cat", fallback=True)
    cut = merges(fallback, wordpiece(["é"], ["é"]))
    assert dict(cut.origins("##é")) == {"<0xC3>": 0.5, "<0xA9>": 0.5}
    assert dict(cut.origins("é")) == pytest.approx(dict.fromkeys(["▁", "<0xC3>", "<0xA9>"], 1 / 3))
    joined = byte_level(["Ã ©", "Ġ Ã©"])
    assert merges(joined, wordpiece(["é"], ["é"])).origins("é") == [("ĠÃ©", 1.0)]
    assert merges(wordpiece(["é"], ["é"]), joined).origins("Ã©") == [("##é", 1.0)]
    # one byte alone is no letter
    assert merges(fallback, joined).origins("Ã") == [("<0xC3>", 1.0)]
    assert merges(joined, fallback).origins("<0xC3>") == [("Ã", 1.0)]
    assert merges(UNIGRAM, joined).origins("Ã") == []


def test_case_and_signs_are_read_as_the_old_tokenizer_reads_them():
    lower = wordpiece(["cat", "'", "s"], ["cat", "s"], lowercase=True)
    mixture = merges(lower, wordpiece(["Cat's"], ["CAT's"]))
    assert dict(mixture.origins("Cat's")) == pytest.approx(dict.fromkeys(["cat", "'", "s"], 1 / 3))
    assert dict(mixture.origins("##CAT's")) == pytest.approx(
        dict.fromkeys(["##cat", "'", "s"], 1 / 3)
    )


def test_odd_pieces_right_to_left_empty_and_huge():
    old = byte_level([])
    new = unigram(["▁", "▁\u200b", "\u200b", "שלום", "x" * 5000, "  "])
    mixture = merges(old, new)
    assert mixture.origins("▁") == [("Ġ", 1.0)]
    assert sum(weight for _, weight in mixture.origins("שלום")) == pytest.approx(1)
    assert mixture.origins("x" * 5000) == [("x", pytest.approx(1.0))]
    assert mixture.known[1:].all()


def test_gaps_in_the_ids_stay_unknown():
    tokenizer = json.loads(byte_level([]).tokenizer)
    del tokenizer["model"]["vocab"]["a"]
    holed = Vocabulary(json.dumps(tokenizer), {"eos": "<|end|>"})
    gap = holed.pieces.index("")
    assert not merges(UNIGRAM, holed).known[gap]
    assert merges(holed, UNIGRAM).known[UNIGRAM.pieces.index("s")]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=6), st.booleans())
def test_what_a_piece_is_cut_into_spells_it(texts, begins):
    """Old pieces put together have the bytes of the new one, whatever letters it has."""
    old = byte_level(["a t", "Ġ a", "Ġa t"])
    plain = [text.replace("▁", "") for text in texts]
    new = unigram(["▁a", *(("▁" if begins else "") + text for text in plain if text.strip())])
    read, wanted = (
        [as_bytes(text.replace("▁", " ")) for text in one.readings] for one in (old, new)
    )
    for data, cut in zip(wanted, cut_pieces(old, new), strict=True):
        assert b"".join(read[k] for k in cut) == data
