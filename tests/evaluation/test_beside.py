"""A system beside others."""

import pytest

from calque.errors import BadSetting, BadValue
from calque.evaluation.accuracy import accuracy
from calque.evaluation.beside import beside
from calque.evaluation.macro_f1 import macro_f1
from calque.evaluation.paired import paired

GOLD = ["a", "b", "a", "b", "a", "a", "b", "b"] * 10
THIS = ["a", "b", "a", "b", "a", "a", "b", "a"] * 10
WORSE = ["b"] * 80


def test_scores_and_gains_are_those_of_the_single_metrics():
    first, same, worse = beside(THIS, [THIS, WORSE], GOLD).rows
    alone = accuracy(THIS, GOLD)
    assert (first["system"], first["value"], first["low"], first["high"]) == (
        "this", 7 / 8, alone.low, alone.high,
    )  # fmt: skip
    assert "gain" not in first
    assert (same["system"], same["gain"], same["p"]) == ("other 1", 0.0, 1.0)
    score = paired(THIS, WORSE, GOLD)
    assert (worse["value"], worse["gain"]) == (0.5, 3 / 8)
    assert (worse["gain_low"], worse["gain_high"]) == (score.low, score.high)
    assert worse["p"] == pytest.approx(score.conditions["p"], abs=1e-4)


def test_spans():
    gold = [["B-PER", "I-PER", "O"], ["O", "B-LOC", "O"]]
    made = [["B-PER", "O", "O"], ["O", "B-LOC", "O"]]
    rows = beside(gold, [made], gold, metric="span_f1", boot=50).rows
    assert [row["value"] for row in rows] == [1.0, 0.5]


def test_what_cannot_be_compared():
    with pytest.raises(BadSetting, match="no metric 'bleu'"):
        beside(THIS, [], GOLD, metric="bleu")
    with pytest.raises(BadValue, match="no examples"):
        beside([], [], [])


def test_systems_that_predict_other_labels_are_compared_label_by_label():
    """A label that is nowhere right and that one system alone predicts has a column in the counts of all."""
    gold = ["a", "b", "a", "b"]
    rows = list(
        beside(["a", "b", "c", "b"], [["z", "b", "a", "b"], gold], gold, metric="macro_f1", boot=50)
    )
    scores = [
        macro_f1(made, gold).value for made in (["a", "b", "c", "b"], ["z", "b", "a", "b"], gold)
    ]
    assert [row["value"] for row in rows] == pytest.approx(scores)
    assert [row["gain"] for row in rows[1:]] == pytest.approx(
        [scores[0] - one for one in scores[1:]]
    )
