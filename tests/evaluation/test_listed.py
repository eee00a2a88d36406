"""Scores side by side."""

import pytest

from calque.errors import BadValue
from calque.evaluation.accuracy import accuracy
from calque.evaluation.listed import listed


def test_a_row_for_each_score():
    scores = [accuracy(["a", "b"], ["a", made]) for made in "bc"]
    rows = list(listed(scores, ["both", "one"]))
    assert [(row["name"], row["metric"], row["value"], row["n"]) for row in rows] == [
        ("both", "accuracy", 1.0, 2),
        ("one", "accuracy", 0.5, 2),
    ]
    assert rows[1]["low"] <= 0.5 <= rows[1]["high"]
    with pytest.raises(BadValue, match="2 scores and 1 names"):
        listed(scores, ["both"])
