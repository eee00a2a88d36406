"""Pieces as means of the words that hold them."""

import numpy as np
import pytest
from golden import vector_mixers as given

from calque.values import Space, Texts
from calque.vocabulary.piece_means import piece_means
from calque.vocabulary.train import train

WORDS = train(Texts.of(["ab ac ab"] * 5), size=200)
SPACE = Space(("ab", "ac", "zz"), np.array([[1.0, 0], [0, 1], [4, 4]]), "qaa")


def vector(space, piece):
    return space.vectors[space.names.index(piece)].tolist()


def test_every_word_alike_or_by_its_count():
    assert {"ab", "ac"} <= set(WORDS.pieces)
    found = piece_means(WORDS, SPACE)
    assert vector(found, "ab") == [1, 0]
    assert vector(found, "z") == [4, 4] and found.language == "qaa"
    texts = Texts.of(["ab ab AB ac"])
    words = Space(("ab", "ax", "ac"), np.array([[1.0, 0], [0, 1], [0, 2]]))
    both = Texts.of(["ab ab AB ax"])
    cut = {w: [WORDS.pieces[k] for k in WORDS.encode_words([[w]])[0][0]] for w in words.names}
    assert cut == {"ab": ["ab"], "ax": ["a", "##x"], "ac": ["ac"]}
    assert "ac" not in piece_means(WORDS, words, both).names  # it does not occur
    assert vector(piece_means(WORDS, words, texts), "ab") == [1, 0]


def test_weights_are_counts():
    words = Space(("xab", "xcd"), np.array([[1.0, 0], [0, 1]]))
    x = vector(piece_means(WORDS, words, Texts.of(["xab xab XAB xcd"])), "x")
    assert x == pytest.approx([0.75, 0.25])
    assert vector(piece_means(WORDS, words), "x") == [0.5, 0.5]


def test_no_words_and_no_special_pieces():
    empty = piece_means(WORDS, Space((), np.zeros((0, 3))))
    assert len(empty) == 0 and empty.vectors.shape == (0, 3)
    unknown = piece_means(given.vocabulary(0), Space(("☃",), np.ones((1, 3))))
    assert len(unknown) == 0  # the unknown piece is no piece of a word
