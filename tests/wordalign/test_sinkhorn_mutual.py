"""The aligner of XLM-Align: by hand, and against its loop written with tensors."""

import numpy as np
import pytest
import torch

from calque.errors import BadSetting
from calque.wordalign.mutual import mutual
from calque.wordalign.sinkhorn_mutual import sinkhorn_mutual


def test_by_hand():
    links = sinkhorn_mutual(np.array([[4.0, 1, 1], [1, 3, 2]]))
    assert links.pairs.tolist() == [[0, 0], [1, 1]]
    np.testing.assert_allclose(links.score[0], np.sqrt(0.559273 * 0.823779), atol=1e-6)


def test_equal_to_the_published_rounds_on_positive_grids():
    for grid in np.random.default_rng(0).uniform(0.1, 300, (20, 6, 9)):
        for rounds in (1, 2, 5):
            row = torch.from_numpy(grid)
            for _ in range(rounds):
                column = row / row.sum(dim=0, keepdim=True)
                row = column / column.sum(dim=1, keepdim=True)
            to_target = torch.eye(9)[row.argmax(dim=1)]
            to_source = torch.eye(6)[column.argmax(dim=0)].T
            linked = sinkhorn_mutual(grid, rounds=rounds).grid()
            np.testing.assert_array_equal(linked, (to_target * to_source).numpy() > 0)


def test_a_word_close_to_everything_loses():
    grid = np.array([[9.0, 10, 10], [9, 30, 31], [1, 2, 29]])
    assert mutual(grid).pairs.tolist() == [[1, 2]]
    assert sinkhorn_mutual(grid).pairs.tolist() == [[0, 0], [1, 1], [2, 2]]


def test_negative_similarities_count_as_the_least():
    links = sinkhorn_mutual(np.array([[5.0, -900], [-900, 5]]))
    assert links.pairs.tolist() == [[0, 0], [1, 1]]
    np.testing.assert_allclose(links.score, 1, atol=1e-5)


@pytest.mark.parametrize("setting", [{"rounds": 0}, {"least": 0.0}, {"least": float("nan")}])
def test_bad_settings(setting):
    with pytest.raises(BadSetting, match=r"wordalign\.sinkhorn_mutual"):
        sinkhorn_mutual(np.ones((2, 2)), **setting)
