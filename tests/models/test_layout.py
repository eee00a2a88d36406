"""Pairs of texts put together from pieces: as the tokenizer itself does it."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.models.batches import encode
from calque.models.folder import open_tokenizer
from calque.models.layout import layout_of, shortened


@pytest.mark.parametrize("name", ["bert", "xlmr", "deberta", "modernbert", "gpt2"])
def test_joined_as_the_tokenizer_joins(tiny, name):
    tokenizer = open_tokenizer(tiny(name, "causal" if name == "gpt2" else "encoder"))
    one, other = ["the cat sees", "Hund"], ["der kleine Hund", "a dog runs"]
    expected = encode(tokenizer, one, other, maximum=40)
    sides = [encode(tokenizer, side, maximum=40) for side in (one, other)]
    pieces = [[i[w >= 0] for i, w in zip(s.ids, s.words, strict=True)] for s in sides]
    marks = [np.arange(len(x)) for x in pieces[0]], [100 + np.arange(len(y)) for y in pieces[1]]
    made = layout_of(tokenizer, maximum=40, pad=expected.pad).join(*pieces, marks)
    for row in range(2):
        assert made.ids[row].tolist() == expected.ids[row].tolist()
        ordinary = made.words[row] >= 0
        assert made.words[row][ordinary].tolist() == [*marks[0][row], *marks[1][row]]
        assert (ordinary == (expected.words[row] >= 0)).all()
    if expected.types is None:
        assert made.types is None
    else:
        for types, true in zip(made.types, expected.types, strict=True):
            assert types.tolist() == true.tolist()


def test_room_is_what_special_pieces_leave(tiny):
    tokenizer = open_tokenizer(tiny("xlmr"))
    assert layout_of(tokenizer, maximum=40, pad=1).room == 36
    with pytest.raises(BadSetting, match="no room for two texts"):
        layout_of(tokenizer, maximum=7, pad=1)


def test_the_longer_side_is_cut_first():
    assert shortened(3, 4, 7) == (3, 4)
    assert shortened(3, 9, 8) == (3, 5)
    assert shortened(9, 3, 8) == (5, 3)
    assert shortened(9, 9, 8) == (4, 4)
    assert shortened(9, 9, 7) == (3, 4)
