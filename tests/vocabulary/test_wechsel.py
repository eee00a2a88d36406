"""WECHSEL: what the authors' code gives, and planted words that move to another tokenizer."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import vector_mixers as given

from calque.errors import BadSetting, BadValue
from calque.roles import mixer
from calque.spaces.procrustes import procrustes
from calque.values import Space
from calque.vocabulary.piece_means import piece_means
from calque.vocabulary.wechsel import wechsel

GOLDEN = json.loads(
    (Path(given.__file__).parent / "vector_mixers.json").read_text(encoding="utf-8")
)


def made():
    """The whole way that the authors' code goes, from words to a mixture."""
    turn = procrustes(given.word_vectors(0), given.word_vectors(1), given.dictionary())
    old, new = given.vocabulary(0), given.vocabulary(1)
    sides = [
        piece_means(given.vocabulary(side), given.word_vectors(side), given.texts(side))
        for side in (0, 1)
    ]
    return wechsel(old, new, turn(sides[0]), sides[1])


def test_neighbors_and_weights_are_the_authors():
    mixture = made()
    known = [piece for piece, row in zip(mixture.new, mixture.known, strict=True) if row][1:]
    assert sorted(known[1:]) == sorted(set(GOLDEN["wechsel_neighbors"]))
    for piece, (neighbors, weights) in GOLDEN["wechsel_neighbors"].items():
        found = mixture.origins(piece)
        assert [name for name, _ in found] == neighbors
        np.testing.assert_allclose([weight for _, weight in found], weights, atol=1e-5)
    assert len(mixture.new) - len(GOLDEN["wechsel_neighbors"]) == GOLDEN["wechsel_unknown"]


def test_rows_are_the_authors():
    mixture = made()
    rows = mixture.apply(given.rows())
    for piece in GOLDEN["wechsel_neighbors"]:
        place = mixture.new.index(piece)
        np.testing.assert_allclose(rows[place], GOLDEN["wechsel_rows"][place], atol=1e-5)


def test_by_hand():
    """Cosines 1 and 0 at temperature 1: weights e to 1."""
    old, new = mixer.example(0)
    sides = (
        Space(("cat", "dog", "bird"), np.array([[2.0, 0], [0, 3], [-1, 0]])),
        Space(("katu", "ev"), np.array([[5.0, 0], [0, 0]])),
    )
    mixture = wechsel(old, new, *sides, neighbors=2, temperature=1.0)
    assert mixture.origins("katu") == [
        ("cat", pytest.approx(np.e / (np.e + 1))),
        ("dog", pytest.approx(1 / (np.e + 1))),
    ]
    assert mixture.origins("ev") == []  # a vector of zeros is near to nothing
    assert wechsel(old, new, *sides, neighbors=1).origins("katu") == [("cat", 1.0)]


def test_a_clone_finds_its_original_under_noise():
    old, new = mixer.example(1)
    generator = np.random.default_rng(0)
    names = [p for p in old.pieces if p[0] != "["], [p for p in new.pieces if p[0] != "<"]
    planted = generator.standard_normal((10, 20))
    noisy = planted + 0.3 * generator.standard_normal((10, 20))
    mixture = wechsel(old, new, Space(tuple(names[0]), planted), Space(tuple(names[1][:10]), noisy))
    assert [mixture.origins(p)[0][0] for p in names[1][:10]] == names[0]


def test_mistakes_are_told():
    old, new = mixer.example(0)
    sides = Space(("cat",), np.ones((1, 3))), Space(("katu",), np.ones((1, 4)))
    with pytest.raises(BadValue, match="old vectors are 3 wide and new ones 4"):
        wechsel(old, new, *sides)
    with pytest.raises(BadValue, match="none of the 1 vectors is named by a piece"):
        wechsel(old, new, Space(("zebra",), np.ones((1, 4))), sides[1])
    with pytest.raises(BadSetting, match=r"got 0 and 0\.1"):
        wechsel(old, new, *sides, neighbors=0)
    with pytest.raises(BadSetting, match="temperature > 0"):
        wechsel(old, new, *sides, temperature=0.0)
