"""Choosing cells: against plain readings of the definitions, on grids with and without ties."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from calque.maths.matching import best_columns, greedy, mutual_best

GRIDS = arrays(  # few distinct values, so that ties are common; empty sides too
    np.float64,
    array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=6),
    elements=st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]),
)


@settings(max_examples=80, deadline=None)
@given(GRIDS)
def test_best_and_mutual_best_read_cell_by_cell(grid):
    m, n = grid.shape
    best, mutual = best_columns(grid), mutual_best(grid)
    for i in range(m):
        for j in range(n):
            row = list(grid[i]).index(max(grid[i])) == j
            column = list(grid[:, j]).index(max(grid[:, j])) == i
            assert best[i, j] == row
            assert mutual[i, j] == (row and column)


@settings(max_examples=80, deadline=None)
@given(GRIDS)
def test_greedy_takes_the_greatest_one_by_one(grid):
    m, n = grid.shape
    order = sorted((-grid[i, j], i, j) for i in range(m) for j in range(n))
    taken = []
    for _, i, j in order:
        if all(i != row and j != column for row, column in taken):
            taken.append((i, j))
    assert sorted(taken) == [tuple(cell) for cell in np.argwhere(greedy(grid)).tolist()]


def test_greedy_on_a_chain_where_every_round_finds_one_cell():
    grid = np.add.outer(np.arange(40.0), np.arange(40.0))
    assert (greedy(grid) == np.eye(40, dtype=bool)).all()
