"""The Pareto front: by hand, and against its definition."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from calque.maths.front import front

POINTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)


def test_by_hand():
    assert front([(1, 2), (2, 3), (3, 3), (0, 0), (2, 1)]) == [True, True, False, True, False]
    assert front([(1, 1), (1, 1)]) == [True, True]
    assert front([]) == []


@given(POINTS)
def test_along_the_front_dearer_is_better_and_all_else_is_beaten(points):
    best = front(points)
    kept = sorted({point for point, is_best in zip(points, best, strict=True) if is_best})
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(kept))
    for cost, worth in points:
        assert any(c <= cost and w >= worth for c, w in kept)
