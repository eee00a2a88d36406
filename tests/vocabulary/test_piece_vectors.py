"""Pieces read as words, or by their letters, under the marks of any tokenizer."""

import numpy as np
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from calque.errors import BadSetting
from calque.values import Space, Texts, Vocabulary
from calque.vocabulary.clp import clp
from calque.vocabulary.focus import focus
from calque.vocabulary.piece_means import piece_means
from calque.vocabulary.piece_vectors import piece_vectors
from calque.vocabulary.static_pieces import static_pieces
from calque.vocabulary.train import train
from calque.vocabulary.wechsel import wechsel

STEMS = ("night", "light", "might", "sight")


def space():
    """Words with a common end point one way, those with a common stem a second."""
    names = [*STEMS, "running", "swimming", "singing"]
    vectors = np.zeros((7, 2))
    vectors[:4, 0] = vectors[4:, 1] = 1
    return Space(tuple(names), vectors, "eng")


def vocabulary(model, special=None):
    return Vocabulary(Tokenizer(model).to_str(), special or {})


def letters(vocabulary):
    return [text.strip("▁") for text in vocabulary.texts]


def test_words_as_they_are_and_others_by_their_letters():
    pieces = {
        p: k for k, p in enumerate(("[UNK]", "night", "Night", "##ight", "##ming", "fight", "qq"))
    }
    words = vocabulary(models.WordPiece(pieces, unk_token="[UNK]"), {"unk": "[UNK]"})
    found = piece_vectors(words, space())
    at = {name: found.vectors[k] for k, name in enumerate(found.names)}
    assert set(at) == {"night", "Night", "##ight", "##ming", "fight"} and found.language == "eng"
    assert at["night"].tolist() == at["Night"].tolist() == [1, 0]
    for piece, way in (("##ight", 0), ("fight", 0), ("##ming", 1)):
        assert at[piece][way] > 5 * abs(at[piece][1 - way])


def test_marks_of_every_kind_are_taken_off():
    unigram = models.Unigram(
        [("<unk>", 0.0), ("▁", -1), ("▁sol", -1), ("sol", -1), ("<0xE2>", -2)], 0
    )
    assert letters(vocabulary(unigram, {"unk": "<unk>"})) == ["", "", "sol", "sol", ""]
    assert letters(train(Texts.of(["été"]), size=200))[-1] == "été"
    cutter = Tokenizer(
        models.BPE({"Ġ": 0, "Ã": 1, "©": 2, "Ã©": 3, "ĠÃ©": 4, "<|x|>": 5, "ئ": 6}, [])
    )
    cutter.pre_tokenizer, cutter.decoder = pre_tokenizers.ByteLevel(), decoders.ByteLevel()
    bytes_ = Vocabulary(cutter.to_str(), {"eos": "<|x|>"})
    assert letters(bytes_) == ["", "", "", "é", "é", "", "ئ"]


def test_no_words_no_vectors():
    words = train(Texts.of(["ab"]), size=200)
    assert piece_vectors(words, Space((), np.zeros((0, 3)))).vectors.shape == (0, 3)
    with pytest.raises(BadSetting, match="got 4 and 3"):
        piece_vectors(words, space(), shortest=4, longest=3)


def test_gaps_and_tokenizers_without_any_special_piece():
    """Ids 1 and 2 have no piece; nothing is unknown, padding or masked; ☃ has no piece at all."""
    words = Vocabulary(Tokenizer(models.BPE({"a": 0, "b": 3, "ab": 4}, [("a", "b")])).to_str(), {})
    assert words.pieces == ("a", "", "", "b", "ab")
    given = Space(("a", "ab", "☃", "ba"), np.eye(4), "qaa")
    assert piece_vectors(words, given).names == ("a", "ab")
    means = piece_means(words, given)
    assert means.names == ("a", "b", "ab")
    assert means.vectors.tolist() == [[0.5, 0, 0, 0.5], [0, 0, 0, 1], [0, 1, 0, 0]]
    mixture = wechsel(words, words, means, means, neighbors=1)
    assert mixture.origins("ab") == [("ab", 1.0)]
    assert mixture.known.tolist() == [True, False, False, True, True]
    assert static_pieces(words, Texts.of(["ab☃ba a", ""]), least=1, width=2).names == (
        "a",
        "b",
        "ab",
    )
    for mix in (focus, clp):
        assert (mix(words, words, means).matrix.toarray() == np.diag([1, 0, 0, 1, 1])).all()
