"""Lower ranks: the best there are, no product formed, and what would not become smaller stays."""

import logging
import math

import numpy as np
import pytest
import torch
from patches import SHAPES, a_base, a_patch, a_term

from calque.adaptation.add import add
from calque.adaptation.compress import compress
from calque.errors import BadSetting
from calque.maths.differences import Term, dense
from calque.values.patch import Head, Piece, write_patch


def one_matrix(*terms):
    return write_patch(Head("base"), [Piece("w", t.kind, t.shape, t.tensors) for t in terms])


@pytest.mark.parametrize("kind", ["low_rank", "dense"])
@pytest.mark.parametrize("rank", [1, 3])
def test_it_is_the_truncated_decomposition(kind, rank):
    shape, generator = (40, 30), torch.Generator().manual_seed(0)
    up, down = (torch.randn(s, generator=generator) for s in ((40, 6), (6, 30)))
    term = Term("low_rank", shape, {"up": up, "scale": torch.ones(6), "down": down})
    if kind == "dense":
        term = Term("dense", shape, {"value": up @ down})
    patch = one_matrix(term)
    small = compress(patch, rank=rank)
    u, s, v = np.linalg.svd(dense(patch.terms("w"), shape).numpy())
    best = (u[:, :rank] * s[:rank]) @ v[:rank]
    np.testing.assert_allclose(dense(small.terms("w"), shape).numpy(), best, atol=1e-5)
    error = math.sqrt((s[rank:] ** 2).sum() / (s**2).sum())
    assert small.entries[0].facts["error"] == pytest.approx(error, rel=1e-5)


def test_an_error_that_may_be_made_chooses_the_rank(caplog):
    values = torch.tensor([10.0, 1.0, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0])
    patch = one_matrix(Term("dense", (8, 8), {"value": torch.diag(values)}))
    for tolerance, rank in ((0.0, 3), (0.05, 2), (0.2, 1)):
        with caplog.at_level(logging.INFO):
            small = compress(patch, tolerance=tolerance)
        assert small.terms("w")[0].tensors["scale"].tolist() == values[:rank].tolist()
        assert small.entries[0].facts["error"] <= tolerance
    assert "1 matrices, relative error 0.1" in caplog.text


def test_equal_sums_lose_the_ranks_that_they_share(tmp_path):
    term = a_term("low_rank", (30, 20), 2)
    patch = one_matrix(term)
    both = add([patch, patch])
    assert both.terms("w")[0].tensors["scale"].shape == (6,)
    small = compress(both)
    assert small.terms("w")[0].tensors["scale"].shape == (3,)
    torch.testing.assert_close(dense(small.terms("w"), (30, 20)), 2 * term.rows(0, 30), rtol=1e-4, atol=1e-5)  # fmt: skip


@pytest.mark.parametrize("kind", ["sparse", "rows", "bias", "norm", "dense", "whole"])
def test_the_rest_stays_as_it_is(kind, tmp_path):
    patch = a_patch(a_base(tmp_path / "base"), kind)
    small = compress(patch)
    assert small.size <= patch.size + 64
    assert {e.name for e in small.entries} == {e.name for e in patch.entries}
    for name in SHAPES:
        torch.testing.assert_close(dense(small.terms(name), SHAPES[name]), dense(patch.terms(name), SHAPES[name]))  # fmt: skip


def test_settings(tmp_path):
    patch = one_matrix(Term("dense", (4, 4), {"value": torch.zeros(4, 4)}))
    assert not dense(compress(patch).terms("w"), (4, 4)).any()
    for wrong in ({"rank": 0}, {"tolerance": 1.0}, {"tolerance": -0.1}):
        with pytest.raises(BadSetting, match="rank must be at least 1 and tolerance in"):
            compress(patch, **wrong)
