"""Means of what several models predict."""

import numpy as np
import pytest

from calque.data.averaged import averaged
from calque.errors import BadValue
from calque.values import Predictions


def said(*shares, classes=("no", "yes")):
    chances = np.array(shares, dtype=np.float32)
    return Predictions(tuple(classes[k] for k in chances.argmax(axis=1)), classes, chances)


def test_the_surer_one_decides():
    found = averaged([said([0.9, 0.1], [0.4, 0.6]), said([0.2, 0.8], [0.3, 0.7])])
    assert found.labels == ("no", "yes")
    np.testing.assert_allclose(found.probabilities, [[0.55, 0.45], [0.35, 0.65]], rtol=1e-6)


def test_equal_ones_are_the_first_class():
    assert averaged([said([0.75, 0.25]), said([0.25, 0.75])]).labels == ("no",)


def test_one_alone_is_itself_and_none_are_none():
    one = said([0.1, 0.9])
    assert averaged([one]).labels == one.labels
    none = Predictions((), ("no", "yes"), np.zeros((0, 2), np.float32))
    assert averaged([none, none]).labels == ()


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ([], "no predictions"),
        ([Predictions(("no",))], "with probabilities"),
        ([said([0.1, 0.9]), said([0.1, 0.9], classes=("a", "b"))], "among a, b beside 1 among"),
        ([said([0.1, 0.9]), said([0.1, 0.9], [0.1, 0.9])], "2 predictions"),
    ],
)
def test_what_has_no_mean(given, wrong):
    with pytest.raises(BadValue, match=wrong):
        averaged(given)
