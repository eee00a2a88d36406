"""Transport as a loss: the plan of the rescaler, POT's gradient, and what padding has no part in."""

import numpy as np
import pytest
import torch

from calque.maths.transport import PENALTY, SMOOTHING
from calque.models.transported import plan_of, transport
from calque.wordalign.unbalanced_transport import unbalanced_transport

ot = pytest.importorskip("ot", reason="POT is in the extra 'dev'")
SIZES = [(3, 5), (7, 2), (1, 1), (6, 6), (1, 4)]


@pytest.fixture
def grids():
    generator = np.random.default_rng(0)
    return [generator.normal(size=size) for size in SIZES]


def padded(grids, fill=0.0):
    made = torch.full((len(grids), 7, 6), fill, dtype=torch.float64)
    inside = torch.zeros(made.shape, dtype=torch.bool)
    for row, grid in enumerate(grids):
        made[row, : grid.shape[0], : grid.shape[1]] = torch.from_numpy(grid)
        inside[row, : grid.shape[0], : grid.shape[1]] = True
    return made, inside


@pytest.mark.parametrize("fill", [0.0, 50.0, -50.0])
def test_plans_of_a_batch_are_those_of_the_rescaler(grids, fill):
    plans = plan_of(*padded(grids, fill)).numpy()
    for plan, grid in zip(plans, grids, strict=True):
        m, n = grid.shape
        assert plan[:m, :n] == pytest.approx(unbalanced_transport(grid), abs=1e-4)
        assert plan.sum() == pytest.approx(plan[:m, :n].sum())


def test_the_gradient_is_that_of_pot(grids):
    weights = torch.from_numpy(np.random.default_rng(1).normal(size=(7, 6)))
    given, inside = padded(grids)
    given.requires_grad_()
    (plan_of(given, inside) * weights).sum().backward()
    for row, (grid, (m, n)) in enumerate(zip(grids, SIZES, strict=True)):
        similarity = torch.from_numpy(grid).requires_grad_()
        spread = (similarity.max() - similarity.min()).clamp_min(1e-300)
        plan = ot.unbalanced.sinkhorn_unbalanced(
            torch.ones(m, dtype=torch.float64), torch.ones(n, dtype=torch.float64),
            (similarity.max() - similarity) / spread, SMOOTHING, PENALTY,
            stopThr=1e-12, numItermax=2000,
        )  # fmt: skip
        ((plan / plan.max()) * weights[:m, :n]).sum().backward()
        assert given.grad is not None and similarity.grad is not None
        assert given.grad[row, :m, :n].numpy() == pytest.approx(similarity.grad.numpy(), abs=1e-5)


def test_words_without_pieces_and_padding_have_no_part():
    generator = torch.Generator().manual_seed(0)
    source, target = (torch.randn(1, size, 8, generator=generator) for size in (4, 3))
    words = torch.tensor([[0, 0, 1, 2]]), torch.tensor([[0, 1, 2]])
    links = torch.eye(3)[None]
    alone = transport((source, target), words, links)
    # a row of padding, a fourth word that has no piece, and a link to it
    wider = torch.cat([source, torch.full((1, 1, 8), 9.0)], dim=1)
    more = torch.zeros(1, 4, 3)
    more[:, :3], more[0, 3, 1] = links, 1
    beside = transport((wider, target), (torch.tensor([[0, 0, 1, 2, -1]]), words[1]), more)
    assert torch.isfinite(alone) and alone > 0
    assert beside.item() == pytest.approx(alone.item(), rel=1e-5)


def gradient(vectors, links, dtype):
    states = [torch.from_numpy(side).to(dtype).requires_grad_() for side in vectors]
    words = [torch.arange(side.shape[1])[None] for side in vectors]
    transport((states[0], states[1]), (words[0], words[1]), links).backward()
    found = [side.grad for side in states]
    assert all(grad is not None and torch.isfinite(grad).all() for grad in found)
    return np.concatenate([grad.double().numpy().ravel() for grad in found if grad is not None])


@pytest.mark.parametrize("seed", range(4))
def test_single_precision_is_enough_where_the_best_cell_is_wrong(seed):
    generator = np.random.default_rng(seed)
    vectors = [generator.normal(size=(1, size, 16)) for size in (12, 9)]
    cosines = np.einsum(
        "bid,bjd->ij", *(v / np.linalg.norm(v, axis=2, keepdims=True) for v in vectors)
    )
    links = torch.zeros(1, 12, 9)
    links[0, np.arange(9), np.arange(9)] = 1
    links[0, *np.unravel_index(cosines.argmax(), cosines.shape)] = 0
    single, double = (gradient(vectors, links, dtype) for dtype in (torch.float32, torch.float64))
    assert single @ double > 0.9999 * np.linalg.norm(single) * np.linalg.norm(double)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_equal_words_and_empty_vectors_have_a_gradient(value):
    for links in (torch.zeros(1, 2, 1), torch.tensor([[[1.0], [0.0]]])):
        gradient([np.full((1, 2, 4), value), np.full((1, 1, 4), value)], links, torch.float32)
