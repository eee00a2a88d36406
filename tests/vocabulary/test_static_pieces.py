"""Vectors of pieces from the company they keep."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.values import Texts
from calque.vocabulary.static_pieces import static_pieces
from calque.vocabulary.static_vectors import static_vectors
from calque.vocabulary.train import train

TEXTS = Texts.of(["red hat here", "blue hat here", "red coat here", "they run home"] * 5, "eng")
WORDS = train(TEXTS, size=300)


def test_pieces_that_are_words_have_the_vectors_of_these():
    pieces, words = static_pieces(WORDS, TEXTS, width=6), static_vectors(TEXTS, width=6)
    assert set(pieces.names) == {"hat", "here", "red"}  # ten times and more
    every = static_pieces(WORDS, TEXTS, width=6, least=1)
    assert set(every.names) == set(words.names) and every.language == "eng"
    order = [words.names.index(name) for name in every.names]
    np.testing.assert_allclose(
        every.vectors @ every.vectors.T, words.vectors[order] @ words.vectors[order].T, atol=1e-4
    )


def test_special_and_unknown_pieces_have_none():
    space = static_pieces(WORDS, Texts.of(["☃ ☃ [CLS] hat ☃"] * 3), width=4, least=1)
    assert "[UNK]" not in space.names and "[CLS]" not in space.names and "hat" in space.names


def test_next_to_no_text():
    for lines in ([], [""], ["\u200b"]):
        assert static_pieces(WORDS, Texts.of(lines), width=4).vectors.shape == (0, 4)
    with pytest.raises(BadSetting, match="got 4, 0 and 10"):
        static_pieces(WORDS, TEXTS, width=4, window=0)
