"""Texts of two languages side by side."""

import pytest

from calque.data.pairs import pairs
from calque.data.side import side
from calque.errors import BadValue
from calque.values import Bitext, Texts

RAW = Texts.of(["Ng'ombe, wawili.", ""], "swh")


def test_raw_texts_stay_as_they_are():
    made = pairs(Texts.of(["Two cows.", "x"], "eng"), RAW)
    assert list(made) == [("Two cows.", "Ng'ombe, wawili."), ("x", "")]
    assert (made.source, made.target, made.tokenized) == ("eng", "swh", False)


def test_words_of_both_sides_are_separated_where_those_of_one_are():
    made = pairs(Texts.of(["Two cows .", "x"], "eng", tokenized=True), RAW)
    assert list(made) == [("Two cows .", "Ng'ombe , wawili ."), ("x", "")]
    assert made.tokenized


def test_a_missing_line_is_told():
    with pytest.raises(
        BadValue, match="2 texts and 1 translations; a missing translation needs an empty"
    ):
        pairs(RAW, RAW.take([0]))


def test_sides_taken_apart_come_back_as_they_were():
    both = Bitext.of([("река", "नदी"), ("", "")], "rus", "hin", tokenized=True)
    again = pairs(side(both, of="source"), side(both, of="target"))
    assert again.fingerprint() == both.fingerprint()
