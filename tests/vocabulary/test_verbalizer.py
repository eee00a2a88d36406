"""Labels as mixtures of pieces: by hand, in several languages, and what they refuse."""

import numpy as np
import pytest
from small_tokenizers import wordpiece

from calque.errors import BadSetting, BadValue
from calque.values import Labelled, Space
from calque.vocabulary.verbalizer import verbalizer

OLD = wordpiece(["sport", "game", "rain", "cold"], ["s"])
PIECES = OLD.pieces
VECTORS = {"sport": (1, 0), "game": (0.8, 0.6), "rain": (0, 2), "cold": (-1, 0), "##s": (0, -1), "[UNK]": (9, 9), "[PAD]": (1, 0)}  # fmt: skip
SPACE = Space(tuple(VECTORS), np.array([*VECTORS.values()], dtype=float))


def named(*rows):
    return Labelled.of([{"text": text, "label": label} for text, label in rows], "class")


def shares(mixture, label):
    row = mixture.matrix.toarray()[mixture.new.index(label)]
    return {mixture.old[k]: row[k] for k in np.flatnonzero(row)}


def test_by_hand():
    """Cosines of sport: 1 with itself, .8 with game, 0 with rain; special pieces say nothing."""
    found = verbalizer(OLD, named(("sport", "a"), ("rain", "b")), SPACE, neighbors=2)
    assert found.new == ("a", "b") and found.old == PIECES
    total = np.exp(1) + np.exp(0.8)
    assert shares(found, "a") == pytest.approx({"sport": np.exp(1) / total, "game": np.exp(0.8) / total})  # fmt: skip
    total = np.exp(1) + np.exp(0.6)
    assert shares(found, "b") == pytest.approx({"rain": np.exp(1) / total, "game": np.exp(0.6) / total})  # fmt: skip


def test_names_of_several_pieces_and_several_names():
    own = verbalizer(OLD, named(("games", "a"), ("cold rain", "b"), ("sport", "a")), SPACE, neighbors=0)  # fmt: skip
    assert shares(own, "a") == pytest.approx({"sport": 0.5, "game": 0.25, "##s": 0.25})
    assert shares(own, "b") == pytest.approx({"rain": 0.5, "cold": 0.5})
    near = verbalizer(OLD, named(("games", "a")), SPACE, neighbors=1)  # the mean is (.4, -.2)
    assert shares(near, "a") == pytest.approx({"sport": 1})


def test_what_cannot_be_said_is_refused():
    with pytest.raises(BadValue, match="'xyz', a name of 'b', has no pieces"):
        verbalizer(OLD, named(("sport", "a"), ("xyz", "b")), SPACE)
    with pytest.raises(BadSetting, match="neighbors must not be negative"):
        verbalizer(OLD, named(("sport", "a")), SPACE, neighbors=-1)
    with pytest.raises(BadValue, match="got 0 of 'class'"):
        verbalizer(OLD, named(), SPACE)
