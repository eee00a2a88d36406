"""Tuples as tags and back."""

import numpy as np
import pytest

from calque.data.arguments import arguments
from calque.data.found_tuples import found_tuples
from calque.data.jsonl import jsonl, write_jsonl
from calque.data.predicates import predicates
from calque.errors import BadLines, BadValue
from calque.values import Labelled, Predictions

TUPLES = [
    {"relation": "sees", "arguments": ["the cat", "the dog", "in Rome"], "score": 1.0},
    {"relation": "runs", "arguments": ["the dog"], "score": 1.0},
    {"relation": "is", "arguments": ["Rome", "a city"], "score": 1.0},  # no words of the sentence
]
WORDS = ["the", "cat", "sees", "the", "dog", "in", "Rome", "while", "the", "dog", "runs", "."]
ROWS = [
    {"words": WORDS, "tuples": TUPLES},
    {"words": [], "tuples": []},
    {
        "words": ["猫", "が", "犬", "を", "見る"],
        "tuples": [{"relation": "見る", "arguments": ["猫", "犬"]}],
    },
]
EXAMPLES = Labelled.of(ROWS, "tuples", "mul")


def sure(labelled):
    """A tagger that knows the answer, three quarters sure of each."""
    classes = tuple(sorted({tag for tags in labelled.gold for tag in tags} | {"O"}))
    tags = [tag for own in labelled.gold for tag in own]
    shares = np.full((len(tags), len(classes)), 0.25 / max(len(classes) - 1, 1))
    shares[np.arange(len(tags)), [classes.index(tag) for tag in tags]] = 0.75
    return Predictions(tuple(labelled.gold), classes, shares)


def test_predicates_and_their_arguments_by_hand():
    first = predicates(EXAMPLES)
    assert first.gold[0] == ["O", "O", "B-P", *["O"] * 7, "B-P", "O"]
    assert first.gold[1:] == [[], ["O", "O", "O", "O", "B-P"]]
    second = arguments(EXAMPLES)
    assert second.table["row"].to_pylist() == [0, 0, 2]
    rows = list(second)
    assert " ".join(rows[0]["words"]) == "the cat [ sees ] the dog in Rome while the dog runs ."
    assert rows[0]["tags"] == [
        "B-A0",
        "I-A0",
        "O",
        "O",
        "O",
        "B-A1",
        "I-A1",
        "B-A2",
        "I-A2",
        "O",
        "O",
        "O",
        "O",
        "O",
    ]
    assert rows[1]["tags"] == [
        "O",
        "O",
        "O",
        "B-A0",
        "I-A0",
        "O",
        "O",
        "O",
        "O",
        "O",
        "O",
        "O",
        "O",
        "O",
    ]
    assert " ".join(rows[2]["words"]) == "猫 が 犬 を [ 見る ]"


def test_what_was_tagged_right_is_read_as_it_was():
    """The second tuple's own words stand twice; the first place is taken, and says the same."""
    first = sure(predicates(EXAMPLES))
    asked = arguments(EXAMPLES, first)
    assert asked.gold == [None] * 3
    second = sure(arguments(EXAMPLES))
    found = found_tuples(first, asked, second)
    said = [[(t["relation"], t["arguments"]) for t in own] for own in found]
    assert said == [
        [("sees", ["the cat", "the dog", "in Rome"]), ("runs", ["the dog"])],
        [],
        [("見る", ["猫", "犬"])],
    ]
    assert [t["score"] for own in found for t in own] == pytest.approx([3.0, 1.5, 2.25])


def test_parts_of_an_argument_are_joined_and_marks_left_out():
    first = Predictions((("O", "B-P", "O"),), ("B-P", "O"), np.array([[0.2, 0.8]] * 3))
    examples = Labelled.of([{"words": ["a", "b", "c"], "tuples": None}], "tuples")
    asked = arguments(examples, first)
    tags = ("B-A1", "I-A1", "O", "O", "B-A1")  # the mark before the predicate as well
    shares = np.array([[0.6, 0.4]] * 5)
    (found,) = found_tuples(first, asked, Predictions((tags,), ("B-A1", "O"), shares))
    assert found == ({"relation": "b", "arguments": ["", "a c"], "score": pytest.approx(1.4)},)
    nothing = Predictions((("O",) * 5,), ("B-A1", "O"), shares)
    assert list(found_tuples(first, asked, nothing)) == [()]


def test_json_keeps_tuples(tmp_path):
    write_jsonl(EXAMPLES, tmp_path / "a.jsonl")
    assert jsonl(tmp_path / "a.jsonl", task="tuples", language="mul").gold[0] == TUPLES
    for wrong in ('[{"relation": 1, "arguments": []}]', '[{"relation": "a"}]', '["a"]', '[{"relation": "a", "arguments": [2]}]'):  # fmt: skip
        (tmp_path / "b.jsonl").write_text(f'{{"words": ["a"], "tuples": {wrong}}}\n')
        with pytest.raises(BadLines, match="not a list of tuples such as"):
            jsonl(tmp_path / "b.jsonl", task="tuples")


def test_what_makes_no_sense_is_refused():
    with pytest.raises(BadValue, match="have no tuples"):
        predicates(Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags"))
    with pytest.raises(BadValue, match="0 predictions for 3 examples"):
        arguments(EXAMPLES, Predictions(()))
    first = sure(predicates(EXAMPLES))
    other = Predictions((("O",) * 12, (), ("O",) * 5), first.classes, first.probabilities)
    with pytest.raises(BadValue, match="not one of those that were predicted"):
        found_tuples(other, arguments(EXAMPLES, first), sure(arguments(EXAMPLES)))
    with pytest.raises(BadValue, match="0 predictions for 3 predicates"):
        found_tuples(Predictions(()), arguments(EXAMPLES), Predictions(()))
