"""Predictions as labels."""

import numpy as np
import pytest

from calque.data.predicted import predicted
from calque.errors import BadSetting, BadValue
from calque.values import Labelled, Predictions

TAGGED = Labelled.of(
    [{"words": ["a", "b"], "tags": None}, {"words": [], "tags": None}], "tags", "swh"
)


def test_tags_and_labels_are_those_predicted():
    made = predicted(TAGGED, Predictions((("B-X", "O"), ())))
    assert made.gold == [["B-X", "O"], []]
    assert made.language == "swh"
    topics = Labelled.of([{"text": "a", "label": "x", "id": "7"}], "class")
    assert list(predicted(topics, Predictions(("y",)))) == [{"text": "a", "label": "y", "id": "7"}]


def test_other_numbers_are_refused():
    with pytest.raises(BadValue, match="2 examples and 1 predictions"):
        predicted(TAGGED, Predictions((("O", "O"),)))
    with pytest.raises(BadValue, match="row 0 has 2 words and 1 tags"):
        predicted(TAGGED, Predictions((("O",), ())))
    slots = Labelled.of([], "slots")
    with pytest.raises(BadValue, match="task 'slots'"):
        predicted(slots, Predictions(()))


def test_parses_and_answers_are_those_predicted():
    words = Labelled.of([{"words": ["a", "b"]}, {"words": []}], "parse")
    chances = np.array([[0.9, 0.1], [0.4, 0.6]])
    made = Predictions((("0:root", "1:nmod:poss"), ()), ("root", "nmod:poss"), chances)
    parse = predicted(words, made)
    assert [row["heads"] for row in parse] == [[0, 1], []]
    assert parse.gold == [["0:root", "1:nmod:poss"], []]
    assert [row["words"] for row in predicted(words, made, least=0.7)] == [[]]
    rows = [{"context": "x y", "question": "q"}] * 2
    found = predicted(Labelled.of(rows, "answer"), Predictions(("y", ""), starts=(2, -1)))
    assert [(row["answer"], row["start"]) for row in found] == [("y", 2), ("", -1)]
    with pytest.raises(BadValue, match="no places"):
        predicted(Labelled.of(rows, "answer"), Predictions(("y", "")))


def test_examples_with_an_unsure_label_are_left_out():
    examples = Labelled.of(
        [{"words": w.split(), "tags": None} for w in ("a b", "c", "", "d")], "tags"
    )
    # d is a word that the model could not read
    chances = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.0, 0.0]])
    made = Predictions((("B-X", "O"), ("O",), (), ("O",)), ("B-X", "O"), chances)
    for least, words in ((0.5, "a b,c,,d"), (0.65, "c,,d"), (0.8, ",d")):
        left = predicted(examples, made, least=least)
        assert ",".join(" ".join(row["words"]) for row in left) == words
    topics = Labelled.of([{"text": "a", "label": None}, {"text": "b", "label": None}], "class")
    sure = Predictions(("x", "y"), ("x", "y"), np.array([[0.6, 0.4], [0.1, 0.9]]))
    assert list(predicted(topics, sure, least=0.8)) == [{"text": "b", "label": "y"}]
    with pytest.raises(BadValue, match="no probabilities"):
        predicted(TAGGED, Predictions((("B-X", "O"), ())), least=0.5)
    with pytest.raises(BadSetting, match=r"least must lie in \[0, 1\], got 2"):
        predicted(TAGGED, Predictions((("B-X", "O"), ())), least=2)
