"""Partial transport as a rescaler; its plans are tested in maths, planted null words with unbalanced."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.wordalign.partial_transport import partial_transport
from calque.wordalign.threshold import threshold
from calque.wordalign.transport import transport

ot = pytest.importorskip("ot", reason="POT is in the extra 'dev'")
GRID = np.random.default_rng(0).uniform(-1, 1, (6, 8))


def test_equal_to_pot_with_the_authors_cost():
    scaled = (GRID - GRID.min()) / np.ptp(GRID)
    plan = ot.partial.entropic_partial_wasserstein(
        np.ones(6), np.ones(8), 1 - scaled, 0.1, m=0.5 * 6, stopThr=1e-13
    )
    np.testing.assert_allclose(partial_transport(GRID, share=0.5), plan / plan.max(), atol=1e-4)


def test_the_share_decides_how_many_words_are_linked():
    grid = np.where(np.eye(5, dtype=bool), np.linspace(1, 0, 5), -1)  # surer at the top
    for share, linked in ((0.2, 1), (0.6, 3), (1.0, 5)):
        plan = partial_transport(grid, share=share, smoothing=0.02)
        assert threshold(plan, above=0.5).pairs.tolist() == [[i, i] for i in range(linked)]
    assert threshold(transport(grid, smoothing=0.02), above=0.5).grid().trace() == 5


def test_masses():
    heavy = np.array([5.0, 1, 1, 1, 1, 0])
    plan = partial_transport(GRID, heavy, share=1.0, smoothing=0.05)
    assert not plan[5].any() and plan[0].sum() > 2 * plan[1].sum()


@pytest.mark.parametrize(
    "setting", [{"share": 0.0}, {"share": 1.1}, {"smoothing": -1.0}, {"rounds": 0}]
)
def test_bad_settings(setting):
    with pytest.raises(BadSetting, match=r"wordalign\.partial_transport"):
        partial_transport(GRID, **setting)
