"""Pieces of three kinds of tokenizers, spelled alike."""

import pytest

from calque.values.marks import spelled


@pytest.mark.parametrize(
    "pieces",
    [
        ["[CLS]", "cat", "##cat", "##s", "["],
        ["[CLS]", "▁cat", "cat", "s", "▁["],
        ["[CLS]", "Ġcat", "cat", "s", "Ġ["],
    ],
)
def test_the_same_places_have_the_same_spelling(pieces):
    assert spelled(pieces) == ["[CLS]", "▁cat", "cat", "s", "▁["]


def test_words_without_any_mark_and_gaps():
    assert spelled(["<s>", "cat", ""]) == ["<s>", "▁cat", ""]


def test_marks_that_are_ordinary_text():
    assert spelled(["##", "Ġcat", "Ġdog", "cat", "####"])[1:4] == ["▁cat", "▁dog", "cat"]
    assert spelled(["▁cat", "▁Ġurnal", "Ġurnal", "▁a"]) == ["▁cat", "▁Ġurnal", "Ġurnal", "▁a"]
