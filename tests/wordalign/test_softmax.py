"""Probabilities both ways: by hand, and the rules of awesome-align and AccAlign."""

import numpy as np
import pytest
import torch

from calque.errors import BadSetting
from calque.wordalign.softmax import softmax
from calque.wordalign.threshold import threshold


def test_by_hand():
    grid = np.log(np.array([[3.0, 1], [1, 1]]))
    # rows: 3/4 1/4, 1/2 1/2; columns: 3/4 1/2, 1/4 1/2
    np.testing.assert_allclose(softmax(grid), [[0.75, 0.25], [0.25, 0.5]])
    np.testing.assert_allclose(softmax(2 * grid, temperature=2.0), softmax(grid))


def dot_products():
    """Of random hidden states, of the size that encoders have: up to some hundreds."""
    generator = np.random.default_rng(0)
    for m, n in [(1, 1), (1, 5), (7, 4), (20, 25)] * 5:
        yield (
            generator.normal(size=(m, 64))
            @ generator.normal(size=(64, n))
            * generator.choice([0.1, 1, 5])
        )


@pytest.mark.parametrize("above", [0.001, 0.1])
def test_thresholding_it_is_the_rule_of_the_papers(above):
    linked = 0
    for grid in dot_products():
        scores = torch.from_numpy(grid)
        rule = (scores.softmax(dim=-1) > above) & (scores.softmax(dim=-2) > above)
        links = threshold(softmax(grid), above=above)
        np.testing.assert_array_equal(links.grid(), rule.numpy())
        linked += len(links)
    assert linked > 100


def test_entmax_with_its_threshold():
    entmax = pytest.importorskip("entmax", reason="the package entmax is in the extra 'dev'")
    for grid in dot_products():
        scores = torch.from_numpy(grid)
        rule = (entmax.entmax15(scores, dim=-1) > 0) & (entmax.entmax15(scores, dim=-2) > 0)
        links = threshold(softmax(grid, alpha=1.5), above=0.0)
        np.testing.assert_array_equal(links.grid(), rule.numpy())
        sparser = threshold(softmax(grid, alpha=2.0), above=0.0)
        assert (sparser.grid() <= links.grid()).all()


@pytest.mark.parametrize("setting", [{"alpha": 1.2}, {"temperature": 0.0}, {"temperature": np.inf}])
def test_bad_settings(setting):
    with pytest.raises(BadSetting, match=r"wordalign\.softmax"):
        softmax(np.zeros((2, 2)), **setting)
