"""Procrustes: against scipy, planted rotations at any widths, the cases of words, entries left out."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest
from golden import vector_mixers as given
from scipy.linalg import orthogonal_procrustes

from calque.errors import BadValue
from calque.spaces.procrustes import procrustes
from calque.values import Lexicon, Map, Space


def lexicon(*pairs):
    return Lexicon.of([(*pair, 1.0) for pair in pairs], "eng", "qaa")


def planted(wide, narrow, seed=0):
    """The same 60 points in spaces of two widths, turned, with noise; the first 40 as a lexicon."""
    generator = np.random.default_rng(seed)
    points = generator.standard_normal((60, min(wide, narrow)))
    sides = []
    for width, letter in ((wide, "s"), (narrow, "t")):
        turn = np.linalg.qr(generator.standard_normal((width, width)))[0][: points.shape[1]]
        vectors = points @ turn + 0.02 * generator.standard_normal((60, width))
        sides.append(Space(tuple(f"{letter}{k}" for k in range(60)), vectors))
    return *sides, lexicon(*((f"s{k}", f"t{k}") for k in range(40)))


def test_the_nine_cases_are_those_of_wechsel():
    """Multiplicities of pairs as the authors count them, solved by scipy."""
    source, target = given.word_vectors(0), given.word_vectors(1)
    pairs = []
    for one, other, _ in given.dictionary():
        for first in (one, one.lower(), one.title()):
            for second in (other, other.lower(), other.title()):
                if first in source.names and second in target.names:
                    pairs.append((source.names.index(first), target.names.index(second)))
    assert len(set(pairs)) == 16 and len(pairs) > 32
    rows, columns = zip(*pairs, strict=True)
    wanted, _ = orthogonal_procrustes(
        source.vectors[list(rows)].astype(float), target.vectors[list(columns)].astype(float)
    )
    found = procrustes(source, target, given.dictionary()).matrix
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize(("wide", "narrow"), [(12, 12), (12, 20), (20, 12)])
def test_a_planted_turn_is_found_for_pairs_that_were_not_given(wide, narrow):
    """Whichever side is wider. wechsel 0.0.4 reduces the source where the target is, and fails."""
    source, target, pairs = planted(wide, narrow)
    moved = procrustes(source, target, pairs)(source)
    assert moved.vectors.shape == (60, narrow)
    apart = np.linalg.norm(moved.vectors - target.vectors, axis=1)
    assert apart[40:].max() < 0.4 < np.linalg.norm(target.vectors, axis=1).min()


@pytest.mark.parametrize("narrow", [12, 20])
def test_lengths_and_angles_stay_where_the_target_is_as_wide(narrow):
    source, target, pairs = planted(12, narrow)
    turn = procrustes(source, target, pairs).matrix
    np.testing.assert_allclose(turn @ turn.T, np.eye(12), atol=1e-5)


def test_the_authors_code_fails_where_the_target_is_wider():
    path = Path(given.__file__).parent / "vector_mixers.json"
    assert "inhomogeneous" in json.loads(path.read_text(encoding="utf-8"))["wechsel_wider"]


def test_weights_count_like_entries():
    source, target, _ = planted(6, 6)
    twice = lexicon(("s0", "t0"), ("s0", "t0"), ("s1", "t1"), ("s2", "t5"))
    once = Lexicon.of([("s0", "t0", 2.0), ("s1", "t1", 1.0), ("s2", "t5", 1.0)])
    moved = [procrustes(source, target, one)(source).vectors[:3] for one in (twice, once)]
    np.testing.assert_allclose(*moved, atol=1e-5)


def test_what_is_left_out_is_counted(caplog):
    source = Space(("House", "the"), np.eye(2), "eng")
    target = Space(("nyumba",), np.eye(2)[1:], "swh")
    pairs = lexicon(("house", "nyumba"), ("good morning", "habari za asubuhi"), ("sun", "jua"))
    with caplog.at_level(logging.INFO, "calque.spaces.procrustes"):
        found = procrustes(source, target, pairs)
    assert "1 of 3 entries used; 1 of several words left out" in caplog.text
    assert (found.source, found.target) == ("eng", "swh")
    np.testing.assert_allclose(found(source).vectors[0], target.vectors[0], atol=1e-6)


def test_nothing_left_is_told():
    space = Space(("x",), np.ones((1, 2)))
    with pytest.raises(BadValue, match=r"none of the 1 entries .*1 are of several words"):
        procrustes(space, space, lexicon(("a b", "x")))


def test_a_map_takes_its_width_and_keeps_names():
    turn = Map(np.array([[0.0, 1], [1, 0], [0, 0]]), "eng", "swh")
    moved = turn(Space(("a",), np.array([[1.0, 2, 3]]), "eng"))
    assert moved.names == ("a",) and moved.vectors.tolist() == [[2, 1]]
    with pytest.raises(BadValue, match="takes vectors of width 3, got 2"):
        turn(Space(("a",), np.ones((1, 2))))
    with pytest.raises(BadValue, match="must be finite"):
        Map(np.array([[np.nan]]))
    with pytest.raises(BadValue, match=r"got shape \(2,\)"):
        Map(np.ones(2))
