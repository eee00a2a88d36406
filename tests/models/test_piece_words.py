import pytest

from calque.errors import BadSetting
from calque.models.folder import open_tokenizer
from calque.models.piece_words import piece_words
from calque.values import Bitext

BITEXT = Bitext.of([("the \u200b nyumbani", "犬"), ("", "猫"), ("cat " * 500, "")], tokenized=True)


def test_pieces_are_counted_word_by_word(tiny):
    tokenizer = open_tokenizer(tiny("bert"))
    found = piece_words(BITEXT, tiny("bert"))
    many = len(tokenizer.tokenize("nyumbani"))
    assert many > 1
    assert found[0].size == (1 + many, 3)
    assert found[0].pairs[:, 1].tolist() == [0] + [2] * many
    assert found[1].size == (0, 0)
    assert found[2].size == (500, 500)
    assert [one.size for one in piece_words(BITEXT, tiny("bert"), side="target")] == [
        (1, 1), (1, 1), (0, 0)
    ]  # fmt: skip


def test_there_are_two_sides(tiny):
    with pytest.raises(BadSetting, match="side is 'source' or 'target', got 'left'"):
        piece_words(BITEXT, tiny("bert"), side="left")  # type: ignore[arg-type]
