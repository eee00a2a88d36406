"""Pieces counted by hand."""

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.commons import sentences
from calque.errors import BadSetting
from calque.values import Texts, Vocabulary
from calque.vocabulary.byte_pairs import byte_pairs
from calque.vocabulary.fertility import fertility

PIECES = ("[UNK]", "cat", "##s", "dog", "un")


def words_of(pieces, unknown="[UNK]"):
    tokenizer = Tokenizer(models.WordPiece({p: k for k, p in enumerate(pieces)}, unk_token=unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return Vocabulary(tokenizer.to_str(), {"unk": unknown})


def test_by_hand():
    row = fertility(words_of(PIECES), Texts.of(["cats cat", "dogs xyz"]), alpha=2.0).rows[0]
    assert row["words"] == 4 and row["pieces"] == 6  # cat ##s, cat, dog ##s, [UNK]
    assert row["pieces_per_word"] == 1.5 and row["pieces_per_sentence"] == 3
    assert row["characters_per_piece"] == pytest.approx(14 / 6)
    assert row["unknown"] == pytest.approx(1 / 6)
    assert row["coverage"] == 0.75
    # cat 2, ##s 2, dog 1, [UNK] 1 of 6
    assert row["efficiency"] == pytest.approx(np.log(36 / 10) / np.log(5))


def test_nothing_to_count():
    row = fertility(words_of(PIECES), Texts.of(["", "  "])).rows[0]
    assert set(row.values()) == {0}


def test_bytes_cover_everything():
    lines = Texts.of([one.text for one in sentences("hin", "train")][:50])
    row = fertility(byte_pairs(lines, size=400), lines).rows[0]
    assert row["coverage"] == 1 and row["unknown"] == 0 and 0 < row["efficiency"] < 1
    with pytest.raises(BadSetting, match="alpha"):
        fertility(byte_pairs(lines, size=300), lines, alpha=0)
