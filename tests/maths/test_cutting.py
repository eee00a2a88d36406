"""Cuts into few long pieces, against every cut there is."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from calque.maths.cutting import cut, worth


def all_cuts(text):
    for count in range(1, len(text)):
        for places in combinations(range(1, len(text)), count):
            edges = [0, *places, len(text)]
            yield [text[a:b] for a, b in pairwise(edges)]


def total(parts, pieces):
    return sum(worth(part) for part in parts if part in pieces)


@given(
    st.text("abc", min_size=2, max_size=8),
    st.sets(st.text("abc", min_size=1, max_size=8), max_size=12),
)
def test_no_cut_is_worth_more(text, pieces):
    found = cut(text, pieces, 8)
    assert "".join(found) == text and len(found) > 1
    assert all(part in pieces or len(part) == 1 for part in found)
    allowed = (c for c in all_cuts(text) if all(p in pieces or len(p) == 1 for p in c))
    assert total(found, pieces) == max(total(parts, pieces) for parts in allowed)


def test_one_long_piece_beats_two_short_ones():
    assert cut("kiserikali", {"kise", "rika", "li", "serikali", "ki"}, 10) == ["ki", "serikali"]


def test_a_character_cannot_be_cut():
    assert cut("a", {"a"}, 5) == ["a"]
    assert cut("", {"a"}, 5) == [""]
