"""Tables of low rank: the nearest ones there are, everything else bit-equal, and mixing after or before."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from golden import vector_mixers as given
from safetensors.torch import load_file

from calque.errors import BadSetting
from calque.models.factorize import _truncated, factorize
from calque.models.folder import open_model
from calque.models.piece_rows import piece_rows
from calque.models.vocabulary import vocabulary
from calque.vocabulary.surface import surface
from calque.workspace import working_in


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path):
    with working_in(tmp_path):
        yield


@pytest.mark.parametrize(
    ("name", "kind", "tables"),
    [("bert", "masked", 1), ("untied", "masked", 2), ("gpt2", "causal", 1)],
)
def test_tables_are_the_nearest_of_that_rank(tiny, name, kind, tables):
    checkpoint = tiny(name, kind)
    made = factorize(checkpoint, rank=5)
    before, after = load_file(checkpoint.weights[0]), load_file(made.weights[0])
    changed = [key for key in before if not torch.equal(before[key], after[key])]
    assert len(changed) == tables
    for key in changed:
        u, s, v = np.linalg.svd(before[key].double().numpy(), full_matrices=False)
        nearest = (u[:, :5] * s[:5]) @ v[:5]
        np.testing.assert_allclose(after[key].numpy(), nearest, atol=1e-5)
    open_model(made, kind)  # plain transformers loads it


def test_rows_are_the_product_of_the_authors_factors():
    path = Path(given.__file__).parent / "vector_mixers.json"
    theirs = json.loads(path.read_text(encoding="utf-8"))["ofa_factorized"]
    made = _truncated("rows", torch.from_numpy(given.rows()), 3)
    np.testing.assert_allclose(made[: given.SHOWN].numpy(), theirs, atol=1e-5)


def test_mixing_coordinates_is_mixing_rows(tiny):
    """(W F) P = W (F P), with F and P of the table's own decomposition."""
    checkpoint = tiny("bert", "masked")
    rows = piece_rows(checkpoint).vectors.astype(np.float64)
    u, s, v = np.linalg.svd(rows, full_matrices=False)
    words = vocabulary(checkpoint)
    mixture = surface(words, words)
    folded = mixture.apply(piece_rows(factorize(checkpoint, rank=7)).vectors)
    np.testing.assert_allclose(folded, mixture.apply(u[:, :7]) @ (s[:7, None] * v[:7]), atol=1e-5)


def test_at_full_rank_nothing_changes(tiny):
    checkpoint = tiny("bert", "masked")
    made = factorize(checkpoint, rank=32)
    assert made.weights[0].read_bytes() == checkpoint.weights[0].read_bytes()
    with pytest.raises(BadSetting, match="at least 1, got 0"):
        factorize(checkpoint, rank=0)
