"""Balanced transport as a rescaler; its plans are tested in maths."""

import logging

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.wordalign.transport import transport

ot = pytest.importorskip("ot", reason="POT is in the extra 'dev'")
GRID = np.random.default_rng(0).uniform(-1, 1, (6, 8))


def test_equal_to_pot_with_the_authors_cost():
    scaled = (GRID - GRID.min()) / np.ptp(GRID)
    uniform = np.full(6, 1 / 6), np.full(8, 1 / 8)
    plan = ot.bregman.sinkhorn_log(*uniform, 1 - scaled, 0.1, stopThr=1e-12)
    np.testing.assert_allclose(transport(GRID), plan / plan.max(), atol=1e-4)


def test_with_masses_every_word_gives_and_gets_its_share():
    source, target = np.array([1.0, 2, 0, 4, 1, 1]), np.array([3.0, 1, 1, 1, 1, 1, 1, 9])
    plan = transport(GRID, source, target)
    np.testing.assert_allclose(plan.sum(axis=1) / plan.sum(), source / 9, atol=1e-4)
    np.testing.assert_allclose(plan.sum(axis=0) / plan.sum(), target / 18, atol=1e-4)
    np.testing.assert_allclose(plan, transport(GRID, 10 * source, target), atol=1e-4)


def test_little_smoothing_on_grids_of_any_size_gives_numbers():
    for factor in (1e-12, 1.0, 1e12):
        plan = transport(factor * GRID, smoothing=0.001, rounds=5000)
        assert np.isfinite(plan).all() and plan.max() == 1


def test_rounds_that_ran_out_are_logged(caplog):
    with caplog.at_level(logging.WARNING):
        transport(GRID, rounds=1)
    assert "wordalign.transport: the rounds ran out" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        transport(GRID)
    assert not caplog.text


def test_refusals():
    for setting in ({"smoothing": 0.0}, {"rounds": 0}):
        with pytest.raises(BadSetting, match=r"wordalign\.transport: smoothing must be above 0"):
            transport(GRID, **setting)
    with pytest.raises(BadValue, match=r"wordalign\.transport: 6 words, but masses of shape \[8\]"):
        transport(GRID, np.ones(8))
