"""Scores of pretrained models beside those of one that was not."""

import pytest

from calque.errors import BadValue
from calque.evaluation.transferred import transferred
from calque.values import Score


def test_a_row_for_each_and_the_gain_over_nothing():
    scores = [Score("accuracy", value, n=10) for value in (0.9, 0.6)]
    others = [Score("accuracy", value, n=10) for value in (0.7, 0.5)]
    control = [Score("accuracy", value, n=10) for value in (0.5, 0.5)]
    rows = list(transferred(scores, others, control, ["swh", "nested"]))
    assert [row["pretrained"] for row in rows] == ["nothing", "swh", "nested"]
    assert [row["source"] for row in rows] == [0.5, 0.9, 0.6]
    assert [row["target"] for row in rows] == [0.5, 0.7, 0.5]
    assert [row["gain"] for row in rows] == pytest.approx([0, 0.4, 0.1])
    assert [row["gain_target"] for row in rows] == pytest.approx([0, 0.2, 0])
    with pytest.raises(BadValue, match="2 source and 1 target scores for 2 names"):
        transferred(scores, others[:1], control, ["swh", "nested"])
