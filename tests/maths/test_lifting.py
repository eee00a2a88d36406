import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from calque.maths.lifting import lifted


def test_by_hand():
    # pieces 0 and 1 are of word 0, piece 2 of word 2; columns are words
    pairs = np.array([[0, 1], [1, 1], [1, 0], [2, 0]])
    found, score = lifted(pairs, np.array([0.1, 0.7, 0.3, 0.2]), np.array([0, 0, 2]), np.arange(2))
    assert found.tolist() == [[0, 0], [0, 1], [2, 0]]
    assert score.tolist() == [0.3, 0.7, 0.2]


def test_nothing_is_linked():
    found, score = lifted(np.zeros((0, 2), int), np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    assert found.shape == (0, 2) and score.shape == (0,)


@given(st.data())
def test_it_is_the_greatest_of_each_block(data):
    """Compared with a loop over all cells."""
    rows = sorted(data.draw(st.lists(st.integers(0, 3), max_size=6)))
    columns = sorted(data.draw(st.lists(st.integers(0, 3), max_size=6)))
    cells = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    linked = data.draw(st.lists(st.sampled_from(cells), unique=True)) if cells else []
    scores = [data.draw(st.floats(-1, 1)) for _ in linked]
    best: dict[tuple[int, int], float] = {}
    for (i, j), score in zip(linked, scores, strict=True):
        cell = (rows[i], columns[j])
        best[cell] = max(score, best.get(cell, -2))
    found, score = lifted(
        np.array(linked, dtype=int).reshape(-1, 2),
        np.array(scores),
        np.array(rows, dtype=int),
        np.array(columns, dtype=int),
    )
    assert list(map(tuple, found.tolist())) == sorted(best)
    assert score.tolist() == [best[cell] for cell in sorted(best)]
