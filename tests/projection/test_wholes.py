"""Labels of whole texts through a projector: kept, untranslated, without a translation, and what does not fit."""

import pytest

from calque.data.each_text import each_text
from calque.errors import BadValue
from calque.projection.account import account
from calque.projection.by_links import by_links
from calque.projection.complete import complete
from calque.values import Labelled, Texts, View


def viewed(examples, *lines):
    return View.whole(each_text(examples), Texts.of(lines, "swh"))


def told(made):
    return [(e["kind"], e["outcome"], e["reason"]) for row in made for e in row["account"]]


def test_topics_keep_their_labels():
    rows = [
        {"text": "Rain came .", "label": "weather", "id": "7"},
        {"text": "OK 25", "label": "none"},
        {"text": "The king", "label": "none"},
        {"text": "no label", "label": None},
        {"text": "", "label": "none"},
    ]
    examples = Labelled.of(rows, "class", "eng")
    made = by_links(examples, viewed(examples, "Mvua ilikuja .", "OK  25", " ", "bila", ""))
    assert made.language == "swh" and made.task == "class"
    assert [row["text"] for row in made] == ["Mvua ilikuja .", "OK  25", " ", "bila", ""]
    assert made.gold == ["weather", "none", None, None, None]
    assert next(iter(made))["id"] == "7"
    assert told(made) == [
        ("weather", "kept", ""),
        ("none", "changed", "the text is the same in both"),
        ("none", "lost", "no target text"),
        ("none", "lost", "no target text"),
    ]
    assert [row["text"] for row in complete(made)] == ["Mvua ilikuja .", "OK  25", "bila"]
    assert {row["kind"]: row["share"] for row in account(made).where(reason="")} == {
        "all": 1 / 4,
        "weather": 1,
    }


def test_pairs_need_both_texts():
    rows = [
        {"text": "It rains", "text_b": "It is wet", "label": "entailment"},
        {"text": "same", "text_b": "other", "label": "neutral"},
        {"text": "a", "text_b": "b", "label": "neutral"},
    ]
    examples = Labelled.of(rows, "pair", "eng")
    assert list(each_text(examples)) == ["It rains", "It is wet", "same", "other", "a", "b"]
    made = by_links(examples, viewed(examples, "Inanyesha", "Ni mvua", "same", "nyingine", "x", ""))
    assert made.gold == ["entailment", "neutral", None]
    assert [row["text_b"] for row in made] == ["Ni mvua", "nyingine", ""]
    assert [outcome for _, outcome, _ in told(made)] == ["kept", "kept", "lost"]


def test_a_view_of_other_texts_is_refused():
    examples = Labelled.of([{"text": "a", "text_b": "b", "label": "x"}] * 2, "pair")
    with pytest.raises(BadValue, match=r"2 examples of task 'pair' have 4 texts .*the view has 3"):
        by_links(examples, View.whole(*[Texts.of(["a", "b", "a"])] * 2))
    with pytest.raises(BadValue, match="text 2 of the view is not that of example 1"):
        by_links(examples, View.whole(*[Texts.of(["a", "b", "b", "a"])] * 2))
    words = Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags")
    with pytest.raises(BadValue, match="'tags' are not of whole texts"):
        each_text(words)
    none = examples.take([])
    assert len(by_links(none, View.whole(each_text(none), each_text(none)))) == 0
