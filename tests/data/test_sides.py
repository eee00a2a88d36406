"""Two texts as a bitext."""

import pytest

from calque.data.side import side
from calque.data.sides import sides
from calque.errors import BadValue
from calque.values import Bitext, Texts

WRITING = Texts.of(["नदी", "", "Ok"], "hin", tokenized=True)
LATIN = Texts.of(["nadii", "x", ""], "hin_Latn")


def test_rows_stay_together_empty_ones_too():
    pairs = sides(WRITING, LATIN)
    assert list(pairs) == [("नदी", "nadii"), ("", "x"), ("Ok", "")]
    assert (pairs.source, pairs.target, pairs.tokenized) == ("hin", "hin_Latn", False)


def test_sides_taken_apart_come_back_as_they_were():
    pairs = Bitext.of([("река", "नदी"), ("", "")], "rus", "hin", tokenized=True)
    again = sides(side(pairs, of="source"), side(pairs, of="target"))
    assert again.fingerprint() == pairs.fingerprint()


def test_texts_of_other_length_are_refused():
    with pytest.raises(BadValue, match="3 source texts, but 2 target texts"):
        sides(WRITING, LATIN.take([0, 1]))
