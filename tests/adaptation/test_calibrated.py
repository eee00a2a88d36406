"""Calibration takes out exactly what a model leans to, and refuses what it cannot compare."""

import numpy as np
import pytest

from calque.adaptation.calibrated import calibrated
from calque.errors import BadValue
from calque.maths.sparse import softmax
from calque.values import Predictions

NAMES = ("a", "b", "c")
BIAS = np.array([2.0, 0.0, -1.0])


def said(logits):
    logits = np.asarray(logits, dtype=float)
    return Predictions(tuple(NAMES[k] for k in logits.argmax(1)), NAMES, softmax(logits))


def test_a_known_leaning_is_taken_out_exactly():
    """Logits with a bias, and a text that says nothing, whose logits are the bias alone."""
    true = np.random.default_rng(0).normal(size=(40, 3))
    leaning, wanted = said(true + BIAS), said(true)
    assert np.mean([a != b for a, b in zip(leaning, wanted, strict=True)]) > 0.3
    found = calibrated(leaning, said([BIAS]))
    assert found.labels == wanted.labels and found.classes == NAMES
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=1e-6)
    again = calibrated(found, said(np.zeros((2, 3))))
    np.testing.assert_allclose(again.probabilities, found.probabilities, atol=1e-6)


def test_unlabelled_text_shows_the_leaning_too():
    """As many texts of each class, read by a model that leans to the first."""
    gold = np.arange(60) % 3
    logits = 1.5 * np.eye(3)[gold] + BIAS
    right = [NAMES[k] for k in gold]
    share = lambda some: np.mean([a == b for a, b in zip(some, right, strict=True)])  # noqa: E731
    assert share(said(logits)) < 0.4
    assert share(calibrated(said(logits), said(logits))) == 1


def test_what_does_not_fit_is_told():
    with pytest.raises(BadValue, match="leaning must have one label for each text"):
        calibrated(said([BIAS]), Predictions(("a",), NAMES))
    other = Predictions(("a",), ("a", "b"), np.array([[0.5, 0.5]]))
    with pytest.raises(BadValue, match="1 texts tell of the classes a, b; the predictions are among a, b, c"):  # fmt: skip
        calibrated(said([BIAS]), other)
