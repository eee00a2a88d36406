"""Pieces of three kinds of tokenizers, spelled alike."""

import pytest
from tokenizers import pre_tokenizers

from calque.values.marks import byte_letters, spelled, unlettered


@pytest.mark.parametrize(
    "pieces",
    [
        ["[CLS]", "cat", "##cat", "##s", "["],
        ["[CLS]", "▁cat", "cat", "s", "▁["],
    ],
)
def test_the_same_places_have_the_same_spelling(pieces):
    assert spelled(pieces) == ["[CLS]", "▁cat", "cat", "s", "▁["]


def test_bytes_are_read():
    pieces = ["<s>", "Ġcat", "cat", "Ġ[", "ĠÃ©t", "Ã", "aÃ", "ĠĠ", "é", "", "mañana 日"]
    read = ["<s>", "▁cat", "cat", "▁[", "▁ét", "<0xC3>", "a<0xC3>", "▁▁", "<0xE9>", ""]
    assert spelled(pieces, in_bytes=True) == [*read, "mañana 日"]


def test_every_byte_has_a_letter_of_its_own():
    peer = pre_tokenizers.ByteLevel.alphabet()
    assert set(byte_letters()) == set(peer) and len(byte_letters()) == 256
    text = bytes(range(256)).decode("utf-8", "surrogateescape")
    assert "".join(unlettered(byte_letters())) == text.replace(" ", "▁")


def test_words_without_any_mark_and_gaps():
    assert spelled(["<s>", "cat", ""]) == ["<s>", "▁cat", ""]


def test_marks_that_are_ordinary_text():
    assert spelled(["##", "▁cat", "▁dog", "cat", "####"])[1:4] == ["▁cat", "▁dog", "cat"]
    assert spelled(["▁cat", "▁Ġurnal", "Ġurnal", "▁a"]) == ["▁cat", "▁Ġurnal", "Ġurnal", "▁a"]
