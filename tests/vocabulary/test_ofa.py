"""OFA: what the authors' code gives for the same words; pieces that differ in case."""

import json
from pathlib import Path

import numpy as np
from golden import vector_mixers as given

from calque.roles import mixer
from calque.values import Space
from calque.vocabulary.ofa import ofa
from calque.vocabulary.piece_means import piece_means

GOLDEN = json.loads(
    (Path(given.__file__).parent / "vector_mixers.json").read_text(encoding="utf-8")
)


def test_vectors_of_pieces_and_rows_are_the_authors():
    sides = []
    for side in (0, 1):
        words = given.vocabulary(side)
        space = piece_means(words, given.word_vectors(side), capitals=True)
        theirs = np.array(GOLDEN[f"ofa_vectors_{side}"])
        places = [words.pieces.index(name) for name in space.names]
        assert places == np.flatnonzero(theirs.any(axis=1)).tolist()
        np.testing.assert_allclose(space.vectors, theirs[places], atol=1e-5)
        sides.append(space)
    mixture = ofa(given.vocabulary(0), given.vocabulary(1), *sides)
    known = np.flatnonzero(mixture.known[: given.SHOWN])[2:]
    known = known[known != given.vocabulary(1).pieces.index("bafi")]  # its tenth neighbor is tied
    assert len(known) > 25
    rows = mixture.apply(given.rows())
    np.testing.assert_allclose(rows[known], np.array(GOLDEN["ofa_rows"])[known], atol=1e-5)


def test_the_case_does_not_count_and_the_same_case_wins():
    old, new = mixer.example(0)
    sides = Space(("cat", "dog"), np.eye(2)), Space(("tree", "katu"), np.eye(2))
    mixture = ofa(old, new, *sides, neighbors=1)
    assert mixture.origins("tree") == [("tree", 1.0)]  # whatever its vector says
    assert mixture.origins("katu") == [("dog", 1.0)]
    cased = ofa(given.vocabulary(0), given.vocabulary(1), *_none())
    assert cased.origins("RIO") == cased.origins("Rio") == [("Rio", 1.0)]
    assert cased.origins("##delta") == []  # whether a piece begins a word does count


def _none():
    return (Space((), np.zeros((0, 2))),) * 2
