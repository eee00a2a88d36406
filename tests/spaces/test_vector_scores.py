"""Cosines of text vectors: each text once, never below 0."""

import numpy as np
import pytest

from calque.errors import BadValue
from calque.spaces.vector_scores import vector_scores
from calque.values import Bitext

VECTORS = {"x": (1, 0), "y": (2, 2), "z": (-1, 0), "": (0, 0)}


def test_cosines_of_distinct_texts():
    asked = []

    def encoder(texts):
        asked.append(list(texts))
        return np.array([VECTORS[text] for text in texts], dtype=np.float32)

    pairs = [("x", "y"), ("y", "x"), ("x", "z"), ("x", ""), ("z", "z")]
    found = vector_scores(Bitext.of(pairs), encoder)
    np.testing.assert_allclose(found, [0.5**0.5, 0.5**0.5, 0, 0, 1])
    assert asked == [["x", "y", "z", ""]]
    assert vector_scores(Bitext.of([]), encoder).shape == (0,)
    with pytest.raises(BadValue, match=r"gave \(1, 2\) for 2 texts"):
        vector_scores(Bitext.of([("x", "y")]), lambda texts: np.ones((1, 2)))
