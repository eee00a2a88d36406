"""Byte-pair encoding of one word, against the tokenizers library."""

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models

from calque.maths.byte_pairs import merged_symbols

MERGES = [("a", "b"), ("b", "a"), ("ab", "a"), ("c", "c"), ("cc", "cc"), ("ba", "ba"), ("aba", "c")]
VOCAB = {piece: k for k, piece in enumerate(["a", "b", "c", *(x + y for x, y in MERGES)])}
PEER = Tokenizer(models.BPE(VOCAB, MERGES))


@given(st.text("abc", max_size=14))
def test_joins_as_the_library_does(word):
    ranks = {pair: rank for rank, pair in enumerate(MERGES)}
    assert merged_symbols(word, ranks) == PEER.encode(word).tokens


def test_lowest_rank_first_then_leftmost():
    ranks = {("a", "a"): 1, ("a", "b"): 0}
    assert merged_symbols("aaab", ranks) == ["aa", "ab"]
    assert merged_symbols("aaa", ranks) == ["aa", "a"]
    assert merged_symbols("", ranks) == []
