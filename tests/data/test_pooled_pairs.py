"""Bitexts one after the other."""

from calque.data.pooled_pairs import pooled_pairs
from calque.values import Bitext

ONE = Bitext.of([("река", "reka")], "rus", "rus_Latn", tokenized=True)
OTHER = Bitext.of([("नदी, नदी", "nadii, nadii"), ("", "")], "hin", "rus_Latn")


def test_pairs_keep_their_order_and_sides():
    both = pooled_pairs([ONE, OTHER])
    assert list(both) == [("река", "reka"), ("नदी , नदी", "nadii , nadii"), ("", "")]
    assert (both.source, both.target, both.tokenized) == ("mul", "rus_Latn", True)
    raw = pooled_pairs([OTHER, OTHER])
    assert list(raw) == [*OTHER, *OTHER]
    assert not raw.tokenized


def test_one_stays_itself_and_none_is_empty():
    assert pooled_pairs([ONE]).fingerprint() == ONE.fingerprint()
    assert len(pooled_pairs([])) == 0
