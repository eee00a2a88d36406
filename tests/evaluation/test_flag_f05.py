import numpy as np
import pytest
from sklearn.metrics import fbeta_score

from calque.evaluation.flag_f05 import flag_f05


def test_as_scikit_learn_counts():
    random = np.random.default_rng(1)
    gold = [
        random.choice(["c", "i"], size=random.integers(0, 9), p=[0.8, 0.2]).tolist()
        for _ in range(60)
    ]
    made = [[tag if random.random() < 0.8 else "i" for tag in tags] for tags in gold]
    flat = [[tag == "i" for tags in some for tag in tags] for some in (gold, made)]
    score = flag_f05(made, gold)
    assert score.value == pytest.approx(fbeta_score(*flat, beta=0.5))
    assert score.low < score.value < score.high


def test_all_tags_that_are_not_plain_are_flags():
    assert flag_f05([["order", "c"]], [["form", "c"]]).value == 1
    assert flag_f05([["c", "c"]], [["i", "c"]]).value == 0
    assert flag_f05([["x", "y"]], [["x", "x"]], plain=("x",)).value == 0
