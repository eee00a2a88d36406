"""What pieces share in spelling."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.values import Texts
from calque.vocabulary.grams import grams
from calque.vocabulary.train import train
from calque.vocabulary.words import words

VOCABULARY = words(Texts.of(["abcd abce xyz xyzw"]), shared=2)


def test_a_piece_by_hand():
    mixture = grams(VOCABULARY, shortest=3, longest=4, shared=1)
    # ▁abcd has ▁ab abc bcd ▁abc abcd
    assert dict(mixture.origins("▁abcd")) == pytest.approx(
        dict.fromkeys(["▁ab", "abc", "bcd", "▁abc", "abcd"], 0.2)
    )
    assert mixture.new == VOCABULARY.pieces


def test_what_one_piece_alone_has_does_not_count():
    mixture = grams(VOCABULARY, shortest=3, longest=4, shared=2)
    assert dict(mixture.origins("▁abcd")) == pytest.approx(
        dict.fromkeys(["▁ab", "abc", "▁abc"], 1 / 3)
    )


def test_special_pieces_have_none_and_short_ones_themselves():
    mixture = grams(VOCABULARY, shared=1)
    known = dict(zip(mixture.new, mixture.known, strict=True))
    assert not any(known[piece] for piece in VOCABULARY.special.values())
    assert dict(mixture.origins("a")) == {"a": 1.0}


def test_marks_of_another_tokenizer_read_alike():
    piecewise = train(Texts.of(["abcd abce xyz xyzw " * 20]), size=300)
    mixture = grams(piecewise, shortest=1, longest=1, shared=1)
    assert "##" not in "".join(mixture.old)
    np.testing.assert_allclose(np.asarray(mixture.matrix.sum(axis=1)).ravel()[5:], 1)


def test_refuses_lengths_that_make_no_sense():
    with pytest.raises(BadSetting, match="shortest"):
        grams(VOCABULARY, shortest=4, longest=3)
