"""FOCUS: what the authors' package gives for the same vectors; anchors, symbols and cases by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import vector_mixers as given

from calque.roles import mixer
from calque.values import Space
from calque.vocabulary.focus import focus

GOLDEN = json.loads(
    (Path(given.__file__).parent / "vector_mixers.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("name", "settings"),
    [("plain", {}), ("fuzzy", {"fuzzy": True}), ("symbols", {"match_symbols": True})],
)
def test_rows_are_the_authors(name, settings):
    mixture = focus(
        given.vocabulary(0), given.vocabulary(1), given.piece_vectors(5.0, 0.2), **settings
    )
    rows = mixture.apply(given.rows())[2 : given.SHOWN]  # behind the special ones
    assert mixture.known[2 : given.SHOWN].all()
    np.testing.assert_allclose(rows, GOLDEN[f"focus_{name}"][2:], atol=1e-5)


def test_anchors_are_shared_pieces_with_vectors_alone():
    """Cosines .6 and .8 to two anchors: sparsemax leaves .4 and .6."""
    old, new = mixer.example(0)
    vectors = Space(("tree", "7", "katu", "bir"), np.array([[3.0, 0], [0, 1], [0.6, 0.8], [0, 0]]))
    mixture = focus(old, new, vectors)
    assert mixture.origins("katu") == [("7", pytest.approx(0.6)), ("tree", pytest.approx(0.4))]
    assert mixture.origins("##s") == [("##s", 1.0)]  # copied, though it has no vector
    assert mixture.origins("bir") == mixture.origins("ev") == []


def test_without_anchors_nothing_is_known():
    old, new = mixer.example(0)
    mixture = focus(old, new, Space(("katu", "ev"), np.eye(2)))
    assert mixture.origins("katu") == []
    assert mixture.origins("tree") == [("tree", 1.0)]
