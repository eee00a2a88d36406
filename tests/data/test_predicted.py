"""Predictions as labels."""

import pytest

from calque.data.predicted import predicted
from calque.errors import BadValue
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
    answers = Labelled.of([], "answer")
    with pytest.raises(BadValue, match="task 'answer'"):
        predicted(answers, Predictions(()))
