"""Metrics against scikit-learn and seqeval, and by hand."""

import numpy as np
import pytest
from seqeval.metrics import f1_score as seqeval_f1
from sklearn import metrics as sklearn

from calque.errors import BadSetting, BadValue
from calque.evaluation.accuracy import accuracy
from calque.evaluation.agreement import agreement
from calque.evaluation.macro_f1 import macro_f1
from calque.evaluation.paired import paired
from calque.evaluation.span_f1 import span_f1
from calque.maths.counts import spans
from calque.values import Labelled

TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


@pytest.mark.parametrize("seed", range(5))
def test_classes_equal_scikit_learn(seed):
    generator = np.random.default_rng(seed)
    gold = generator.choice(["x", "y", "z"], 60).tolist()
    made = generator.choice(["x", "y", "w"], 60).tolist()
    assert accuracy(made, gold).value == pytest.approx(sklearn.accuracy_score(gold, made))
    wanted = sklearn.f1_score(gold, made, average="macro", zero_division=0)
    assert macro_f1(made, gold).value == pytest.approx(wanted)


@pytest.mark.parametrize("seed", range(10))
def test_spans_equal_seqeval(seed):
    generator = np.random.default_rng(seed)
    lengths = generator.integers(1, 9, 30)
    gold = [generator.choice(TAGS, n).tolist() for n in lengths]
    made = [generator.choice(TAGS, n).tolist() for n in lengths]
    assert span_f1(made, gold).value == pytest.approx(seqeval_f1(gold, made))


def test_spans_by_hand():
    assert spans(["B-PER", "I-PER", "B-PER", "O", "I-LOC", "I-PER"]) == [
        ("PER", 0, 2),
        ("PER", 2, 3),
        ("LOC", 4, 5),
        ("PER", 5, 6),
    ]
    assert spans([]) == []


def test_tags_count_one_by_one():
    assert accuracy([["A", "B"], ["A"]], [["A", "C"], ["A"]]).value == pytest.approx(2 / 3)


def test_a_score_prints_its_conditions():
    score = accuracy(["a", "b"], ["a", "a"])
    assert str(score).startswith("accuracy 50.0 ±")
    assert "n:2 boot:1000 seed:0 calque:" in str(score)


def test_agreement_needs_no_gold():
    assert agreement(["a", "b", "c", "d"], ["a", "b", "c", "x"]).value == 0.75


def test_paired_names_its_metric():
    score = paired(["a", "a", "b"], ["b", "a", "b"], ["a", "a", "a"], boot=50)
    assert score.metric == "accuracy_difference"
    assert score.value == pytest.approx(1 / 3)
    trees = ["2:nsubj:pass", "0:root"], ["2:obj", "0:root"]
    las, uas = (
        paired([trees[0]], [trees[1]], [["2:nsubj", "0:root"]], metric=m) for m in ("las", "uas")
    )
    assert (las.value, uas.value) == (0.5, 0)
    answers = ["The cat"], ["cat sat"], [["a cat", "dog"]]
    exact, f1 = (paired(*answers, metric=m, language="eng") for m in ("exact_match", "answer_f1"))
    assert (exact.value, f1.value) == pytest.approx((1, 1 / 3))
    with pytest.raises(BadSetting, match="no metric 'bleu'"):
        paired(["a"], ["a"], ["a"], metric="bleu")
    with pytest.raises(BadValue, match="no examples"):
        paired([], [], [])


def test_examples_are_no_labels():
    examples = Labelled.of([{"text": "a", "label": "x"}], "class")
    with pytest.raises(BadValue, match="references are examples; give their labels"):
        accuracy(["x"], examples)
    with pytest.raises(BadValue, match="predictions are examples"):
        accuracy(examples, ["x"])
