"""Growing links: against a literal, slow reading of the rules."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from calque.maths.growing import fill_free, grow_diag

SHAPES = st.tuples(st.integers(0, 6), st.integers(0, 6))
PAIRS = SHAPES.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape)))


def literal_grow_diag(forward: np.ndarray, backward: np.ndarray) -> set:
    """Sweep all cells in row-major order until nothing changes, with neighbors looked up in a set."""
    accepted = {tuple(cell) for cell in np.argwhere(forward & backward).tolist()}
    either = [tuple(cell) for cell in np.argwhere(forward | backward).tolist()]
    while True:
        before = len(accepted)
        for i, j in either:
            free = all(i != row for row, _ in accepted) or all(j != col for _, col in accepted)
            near = any(max(abs(i - row), abs(j - col)) == 1 for row, col in accepted)
            if (i, j) not in accepted and free and near:
                accepted.add((i, j))
        if len(accepted) == before:
            return accepted


def literal_fill(accepted: set, cells: np.ndarray, both: bool) -> set:
    accepted = set(accepted)
    for i, j in np.argwhere(cells).tolist():
        row = all(i != other for other, _ in accepted)
        column = all(j != other for _, other in accepted)
        if (i, j) not in accepted and ((row and column) if both else (row or column)):
            accepted.add((i, j))
    return accepted


def cells(grid: np.ndarray) -> set:
    return {tuple(cell) for cell in np.argwhere(grid).tolist()}


@settings(max_examples=120, deadline=None)
@given(PAIRS, st.booleans())
def test_equal_to_the_literal_reading(pair, both):
    forward, backward = pair
    grown = grow_diag(forward, backward)
    expected = literal_grow_diag(forward, backward)
    assert cells(grown) == expected
    filled = fill_free(fill_free(grown, forward, both=both), backward, both=both)
    for grid in pair:
        expected = literal_fill(expected, grid, both)
    assert cells(filled) == expected
    assert cells(grown) <= cells(filled) <= cells(forward | backward)


def test_what_is_given_stays_as_it_is():
    linked = np.zeros((2, 2), dtype=bool)
    fill_free(linked, np.ones((2, 2), dtype=bool), both=False)
    grow_diag(linked, ~linked)
    assert not linked.any()
