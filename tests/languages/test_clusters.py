"""Spans are widened to whole characters, and lose white space at their ends."""

import pytest

from calque.languages.clusters import whole_characters


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("the cat", "cat", "cat"),
        (" a cat ", " a cat ", "a cat"),
        ("x \u00a0 y", " \u00a0 ", ""),
        ("cafe\u0301 x", "cafe", "cafe\u0301"),
        ("الكَلْبُ", "الكَلْب", "الكَلْبُ"),
        ("กินที่บ้าน", "ท", "ที่"),
        ("हिन्दी", "ह", "हि"),
        ("go 👩🏽\u200d🚀 now", "👩", "👩🏽\u200d🚀"),
        ("🇰🇪🇹🇿", "🇹", "🇹🇿"),
        ("🙂" * 50 + "e\u0301", "e", "e\u0301"),
    ],
)
def test_whole_characters(text, cut, whole):
    start = text.index(cut)
    begin, end = whole_characters(text, start, start + len(cut))
    assert text[begin:end] == whole
    assert 0 <= begin <= end <= len(text)


def test_nothing_stays_nothing():
    assert whole_characters("abc", 1, 1) == (1, 1)
