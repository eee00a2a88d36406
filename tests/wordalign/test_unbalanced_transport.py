"""Unbalanced transport as a rescaler, and words without a counterpart that were planted."""

import warnings

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.wordalign.partial_transport import partial_transport
from calque.wordalign.transport import transport
from calque.wordalign.unbalanced_transport import unbalanced_transport

ot = pytest.importorskip("ot", reason="POT is in the extra 'dev'")
GRID = np.random.default_rng(0).uniform(-1, 1, (6, 8))


@pytest.mark.parametrize("penalty", [0.1, 0.6])
def test_equal_to_what_the_authors_code_calls(penalty):
    scaled = (GRID - GRID.min()) / np.ptp(GRID)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # POT warns of rounds that ran out at a strict tolerance
        plan = ot.unbalanced.sinkhorn_stabilized_unbalanced(
            np.ones(6), np.ones(8), 1 - scaled, reg=0.1, reg_m=penalty, stopThr=1e-13
        )
    found = unbalanced_transport(GRID, penalty=penalty)
    np.testing.assert_allclose(found, plan / plan.max(), atol=1e-4)


def test_without_company_a_cell_moves_what_its_cost_allows():
    """Where other cells cost too much, exp(-cost / (smoothing + 2 penalty)) is the closed form of a cell."""
    plan = unbalanced_transport(np.diag([1.0, 0.5]), penalty=0.2, smoothing=0.01)
    np.testing.assert_allclose(plan[1, 1], np.exp(-0.5 / (0.01 + 0.4)), atol=1e-4)
    assert plan[0, 1] < 1e-6


def planted(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of eight noisy word pairs and one to three words a side without a counterpart; who goes with whom."""
    random = np.random.default_rng(seed)
    alone = random.integers(1, 4, size=2)
    shared, common = random.normal(size=(8, 64)), 0.7 * random.normal(size=64)
    sides, orders = [], [random.permutation(8 + count) for count in alone]
    for count, order in zip(alone, orders, strict=True):
        words = np.concatenate(
            [shared + random.normal(size=(8, 64)), 1.4 * random.normal(size=(count, 64))]
        )
        words = (words + common)[order]
        sides.append(words / np.linalg.norm(words, axis=1, keepdims=True))
    together = (orders[0][:, None] == orders[1]) & (orders[0] < 8)[:, None]
    return sides[0] @ sides[1].T, together


def null_f1(linked: list[np.ndarray], gold: list[np.ndarray]) -> float:
    """F1 of the words that have no link, of both sides and all sentence pairs together."""
    found, true = (
        np.concatenate([~grid.any(axis=axis) for grid in grids for axis in (0, 1)])
        for grids in (linked, gold)
    )
    return 2 * (found & true).sum() / (found.sum() + true.sum())


def test_planted_null_words_are_found_better_than_by_balanced_transport():
    """Each with the threshold that is best on other grids, as the paper tunes it."""
    tuning, test = ([planted(seed) for seed in seeds] for seeds in (range(25), range(100, 160)))

    def measured(rescale) -> float:
        plans = [[rescale(grid) for grid, _ in some] for some in (tuning, test)]
        golds = [[gold for _, gold in some] for some in (tuning, test)]

        def at(above: float, which: int) -> float:
            return null_f1([plan > above for plan in plans[which]], golds[which])

        return at(max(np.arange(0.05, 1, 0.05), key=lambda above: at(above, 0)), 1)

    bound, part, free = (measured(f) for f in (transport, partial_transport, unbalanced_transport))
    assert bound < 0.86  # it moves mass between words that have nothing to do with each other
    assert part > bound + 0.05
    assert free > bound + 0.05


@pytest.mark.parametrize("setting", [{"penalty": 0.0}, {"smoothing": 0.0}, {"rounds": 0}])
def test_bad_settings(setting):
    with pytest.raises(BadSetting, match=r"wordalign\.unbalanced_transport"):
        unbalanced_transport(GRID, **setting)
