from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from calque.maths.edits import distances, edits

ITEMS = st.lists(st.sampled_from("abc"), max_size=7)


def fewest(old, new):
    """The recursion as it is written down."""

    @cache
    def of(i, j):
        if not i or not j:
            return i + j
        ways = [of(i - 1, j) + 1, of(i, j - 1) + 1, of(i - 1, j - 1) + (old[i - 1] != new[j - 1])]
        if min(i, j) > 1 and old[i - 2 : i] == new[j - 2 : j][::-1]:
            ways.append(of(i - 2, j - 2) + 1)
        return min(ways)

    return [[of(i, j) for j in range(len(new) + 1)] for i in range(len(old) + 1)]


@given(ITEMS, ITEMS)
def test_distances_are_those_of_the_recursion(old, new):
    numbers = [np.array([ord(c) for c in some], dtype=int) for some in (old, new)]
    assert distances(*numbers).tolist() == fewest(old, new)


@given(ITEMS, ITEMS)
def test_edits_lead_from_one_to_the_other_in_as_few_steps(old, new):
    found, made, place = edits(old, new), [], 0
    for kind, first, last, start, end in found:
        assert (first, start) == (place, len(made))
        place = last
        was, became = old[first:last], new[start:end]
        made += became
        assert (kind == "same") == (was == became)
        if kind == "exchanged":
            assert was == became[::-1] and len(was) == 2
        if kind in ("left out", "put in"):
            assert sorted([len(was), len(became)]) == [0, 1]
    assert made == new and place == len(old)
    assert sum(kind != "same" for kind, *_ in found) == fewest(old, new)[-1][-1]


def test_a_worked_example():
    assert edits(["the", "cat", "sat"], ["cat", "the", "sad"]) == [
        ("exchanged", 0, 2, 0, 2),
        ("changed", 2, 3, 2, 3),
    ]
    assert [edit[0] for edit in edits("abcd", "xabd")] == [
        "put in",
        "same",
        "same",
        "left out",
        "same",
    ]
