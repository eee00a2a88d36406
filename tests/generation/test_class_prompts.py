"""Instructions to write texts of a label: by hand, for any generator, and what they refuse."""

import pytest

from calque.errors import BadSetting, BadValue
from calque.generation.class_prompts import class_prompts
from calque.values import Labelled

DESCRIBED = Labelled.of(
    [{"text": "wind and\nrain", "label": "weather"}, {"text": "games", "label": "sport"}], "class"
)
FEW = Labelled.of(
    [{"text": "Mvua inanyesha.", "label": "weather"}, {"text": "Timu  ilishinda.", "label": "sport"},
     {"text": "Upepo mkali.", "label": "weather"}], "class", "swh",
)  # fmt: skip


def test_by_hand():
    asked = class_prompts(DESCRIBED, FEW, times=1)
    assert asked.language == "swh" and asked.gold == ["weather", "sport"]
    first, second = asked.table["text"].to_pylist()
    head = "Write one new text in Swahili with the label weather: wind and rain."
    assert first.startswith(f"{head} Texts with this label: “")
    assert "“Mvua inanyesha.”" in first and "“Upepo mkali.”" in first and "Timu" not in first
    assert second == (
        "Write one new text in Swahili with the label sport: games. Texts with this label: “Timu ilishinda.”"
    )
    assert not any("\n" in text for text in (first, second))


def test_each_shows_others_and_none_where_none_are_wanted():
    shown = class_prompts(DESCRIBED, FEW, times=8, shown=1).table["text"].to_pylist()
    assert len({*shown[:8]}) == 2 and len({*shown[8:]}) == 1
    bare = class_prompts(DESCRIBED, FEW, times=2, shown=0, language="kik")
    assert bare.table["text"].to_pylist()[3].endswith("Kikuyu with the label sport: games.")
    assert bare.language == "kik"


def test_what_makes_no_sense_is_refused():
    with pytest.raises(BadSetting, match="times must be at least 1"):
        class_prompts(DESCRIBED, FEW, times=0)
    with pytest.raises(BadValue, match="no description of 'sport', there are: weather"):
        class_prompts(DESCRIBED.take([0]), FEW)
    tags = Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags")
    with pytest.raises(BadValue, match="examples must be of task class, got 'tags'"):
        class_prompts(DESCRIBED, tags)
