"""Runs of columns by hand; the best span, and what spans meet, against trying all one by one."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calque.maths.spans import best_spans, column_runs, met


def test_runs_by_hand():
    linked = np.array([[1, 1, 0, 0, 1], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]], dtype=bool)
    assert column_runs(linked).tolist() == [[0, 0], [1, 1], [2, 3], [4, 4]]
    assert column_runs(linked[:2]).tolist() == [[0, 1], [2, 3], [4, 4]]
    assert column_runs(linked[:, :0]).tolist() == []
    assert column_runs(linked[:0]).tolist() == [[0, 4]]  # no words on the other side: all alike


@given(arrays(bool, st.tuples(st.integers(1, 4), st.integers(1, 8))))
def test_runs_cover_all_columns_and_are_as_long_as_can_be(linked):
    runs = column_runs(linked)
    assert [j for first, last in runs for j in range(first, last + 1)] == list(
        range(linked.shape[1])
    )
    for first, last in runs:
        assert (linked[:, first : last + 1] == linked[:, [first]]).all()
    for (_, last), (first, _) in pairwise(runs):
        assert (linked[:, last] != linked[:, first]).any()


def one_by_one(start, end, null, longest):
    spans = {(-1, -1): np.exp(null)}
    for i in range(len(start)):
        for j in range(i, min(i + longest, len(start))):
            spans[i, j] = np.exp(start[i] + end[j])
    best = max(spans, key=lambda span: spans[span])
    return (*best, spans[best] / sum(spans.values()))


SCORES = st.one_of(st.floats(-20, 20), st.just(-np.inf))


@given(
    arrays(float, (3, 5), elements=SCORES),
    arrays(float, (3, 5), elements=SCORES),
    arrays(float, 3, elements=st.floats(-20, 20)),
    st.integers(1, 6),
)
def test_the_best_span_is_that_of_trying_all(start, end, null, longest):
    first, last, share = best_spans(start, end, null, longest=longest)
    for row in range(3):
        expected = one_by_one(start[row], end[row], null[row], longest)
        assert share[row] == pytest.approx(expected[2], rel=1e-9)
        # of equals any may be taken: the score says whether it is a best one
        i, j = first[row], last[row]
        score = null[row] if i < 0 else start[row, i] + end[row, j]
        best = null[row] if expected[0] < 0 else start[row, expected[0]] + end[row, expected[1]]
        assert score == pytest.approx(best, rel=1e-9)
        assert i <= j < i + longest


def test_no_place_is_no_span():
    first, last, share = best_spans(np.zeros((2, 0)), np.zeros((2, 0)), np.zeros(2), longest=3)
    assert first.tolist() == last.tolist() == [-1, -1]
    assert share.tolist() == [1, 1]


BOUNDS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted), max_size=5)
ITEMS = st.lists(st.integers(0, 9), unique=True).map(
    lambda cuts: np.array([*zip(sorted(cuts)[:-1:2], sorted(cuts)[1::2], strict=False)]).reshape(
        -1, 2
    )
)


@given(BOUNDS, BOUNDS, ITEMS, ITEMS)
def test_spans_meet_what_shares_a_place_with_them(left, right, sources, targets):
    spans = np.array([[*a, *b] for a, b in zip(left, right, strict=False)], dtype=int).reshape(
        -1, 4
    )
    wanted = {
        (i, j)
        for a, b, c, d in spans.tolist()
        for i, (first, last) in enumerate(sources.tolist())
        for j, (begins, ends) in enumerate(targets.tolist())
        if set(range(a, b)) & set(range(first, last))
        and set(range(c, d)) & set(range(begins, ends))
    }
    found = met(spans, sources.astype(int), targets.astype(int))
    assert [tuple(pair) for pair in found.tolist()] == sorted(wanted)
