"""Texts of examples one by one."""

import pytest

from calque.data.each_text import each_text
from calque.errors import BadValue
from calque.values import Labelled


def test_of_pairs_both_stand_side_by_side():
    rows = [{"text": "a", "text_b": "b", "label": "x"}, {"text": "c", "text_b": None, "label": "x"}]
    made = each_text(Labelled.of(rows, "pair", "swh"))
    assert list(made) == ["a", "b", "c", ""] and made.language == "swh"
    assert list(each_text(Labelled.of(rows[:1], "class"))) == ["a"]
    with pytest.raises(BadValue, match="'tags' are not of whole texts"):
        each_text(Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags"))
