"""What SimAlign's pairers have in common: equal to its package, and right on grids at the edge."""

import sys
from unittest import mock

import numpy as np
import pytest

from calque.registry import part, parts
from calque.wordalign.distortion import distortion
from calque.wordalign.itermax import itermax
from calque.wordalign.max_weight import max_weight
from calque.wordalign.mutual import mutual
from calque.wordalign.one_way import one_way

PAIRERS = [name for name, info in parts().items() if info.role == "pairer"]
RESCALERS = [name for name, info in parts().items() if info.role == "rescaler"]
SIZES = [(1, 1), (1, 6), (6, 1), (2, 5), (3, 3), (8, 5), (5, 8), (25, 30)]


def grids(seed=0, draws=12):
    """Cosines, some of few distinct values, so that there are ties."""
    generator = np.random.default_rng(seed)
    for size in SIZES:
        for draw in range(draws):
            grid = generator.uniform(-1, 1, size)
            yield np.round(grid, 1) if draw % 3 == 0 else grid


@pytest.fixture(scope="module")
def peer():
    """SimAlign's rules are static methods; with a stand-in for its encoders it loads in a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "transformers", mock.MagicMock())
        module = pytest.importorskip("simalign.simalign", reason="simalign is in the extra 'dev'")
    for name in [name for name in sys.modules if name.split(".")[0] == "simalign"]:
        del sys.modules[name]  # nobody else is to meet it with that stand-in
    return module.SentenceAligner


def test_equal_to_simalign_on_random_grids(peer):
    for grid in grids():
        score = (grid + 1) / 2
        forward, backward = peer.get_alignment_matrix(score)
        np.testing.assert_array_equal(one_way(grid).grid(), forward > 0)
        np.testing.assert_array_equal(one_way(grid, reverse=True).grid(), backward > 0)
        np.testing.assert_array_equal(mutual(grid).grid(), forward * backward > 0)


@pytest.mark.parametrize("rounds", [1, 2, 3, 6])
def test_itermax_equals_simalign(peer, rounds):
    for grid in grids():
        theirs = peer.iter_max((grid + 1) / 2, max_count=rounds)
        np.testing.assert_array_equal(itermax(grid, rounds=rounds).grid(), theirs > 0)


def test_max_weight_equals_simalign(peer):
    for grid in grids(draws=3):
        theirs = peer.get_max_weight_match((grid + 1) / 2 + 1e-9) > 0
        links = max_weight(grid)
        assert len(links) == theirs.sum() == min(grid.shape)
        np.testing.assert_allclose(links.score.sum(), grid[theirs].sum())  # ties: an equal total
        if len(np.unique(grid)) == grid.size:
            np.testing.assert_array_equal(links.grid(), theirs)


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_distortion_equals_simalign(peer, strength):
    for grid in grids(draws=2):
        theirs = peer.apply_distortion((grid + 1) / 2, ratio=strength)
        np.testing.assert_allclose((distortion(grid, strength=strength) + 1) / 2, theirs)


@pytest.mark.parametrize("name", [*PAIRERS, *RESCALERS])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (4, 4)])
@pytest.mark.parametrize("value", [-1.0, 0.0, 0.3, 1.0])
def test_grids_without_a_difference(name, size, value):
    """Nothing is not a number, and every word is treated as the others are, up to which comes first."""
    found = part(name)(np.full(size, value))
    if name in RESCALERS:
        assert np.isfinite(found).all()
        if name != "wordalign.distortion":
            np.testing.assert_allclose(found, found[0, 0])
    else:
        assert np.isfinite(found.score).all()
        assert len(found) == 0 or found.grid()[0, 0]


@pytest.mark.parametrize("name", [*PAIRERS, *RESCALERS])
def test_a_long_thin_grid(name):
    grid = np.random.default_rng(0).uniform(-1, 1, (5000, 3))
    found = part(name)(grid)
    assert (found.size if name in PAIRERS else found.shape) == (5000, 3)
    if name in ("wordalign.mutual", "wordalign.max_weight", "wordalign.competitive"):
        assert len(np.unique(found.pairs[:, 1])) == len(found) <= 3


@pytest.mark.parametrize("name", [*PAIRERS, *RESCALERS])
def test_single_precision_and_a_grid_seen_from_the_side(name):
    """float32 as models give it, and views that are not contiguous, are read right."""
    grid = np.random.default_rng(3).uniform(-1, 1, (6, 8))
    found, seen = part(name)(grid.astype(np.float32)), part(name)(np.asfortranarray(grid))
    if name in PAIRERS:
        np.testing.assert_array_equal(found.pairs, seen.pairs)
        np.testing.assert_allclose(found.score, seen.score, rtol=1e-5, atol=1e-5)
    else:
        np.testing.assert_allclose(found, seen, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "name",
    [
        *(n for n in PAIRERS if n not in ("wordalign.one_way", "wordalign.sinkhorn_mutual")),
        *RESCALERS,
    ],
)
def test_both_sides_are_treated_alike(name):
    """Source and target exchanged give the same, exchanged."""
    for grid in np.random.default_rng(4).uniform(-1, 1, (5, 6, 9)):
        found, seen = part(name)(grid), part(name)(grid.T)
        if name in PAIRERS:
            np.testing.assert_array_equal(found.pairs, seen.swapped.pairs)
        else:
            np.testing.assert_allclose(found, seen.T, atol=1e-5)
