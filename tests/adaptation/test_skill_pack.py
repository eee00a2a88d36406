"""Packs: nothing lost at full rank and bits, fewer bytes at fewer, and a base that comes back bit for bit."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from patches import a_model, a_term, tensors_of

from calque.adaptation.add import add
from calque.adaptation.apply import apply
from calque.adaptation.distance import distance
from calque.adaptation.revert import revert
from calque.adaptation.skill_pack import skill_pack
from calque.errors import BadSetting, BadValue
from calque.maths.differences import dense
from calque.maths.packing import few_bits, numbers, settled
from calque.values.patch import Head, Piece, write_patch

SHAPE = (60, 40)


def a_patch():
    shapes = {"layer.0.w": SHAPE, "embed.w": SHAPE, "layer.0.bias": (60,)}
    terms = {n: a_term("dense", s, k) for k, (n, s) in enumerate(shapes.items())}
    return write_patch(
        Head("base"), [Piece(n, t.kind, t.shape, t.tensors) for n, t in terms.items()]
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 300), st.sampled_from([2, 4, 8]), st.integers(0, 99), st.sampled_from([1e-3, 1.0, 50.0]))  # fmt: skip
def test_levels_are_at_most_half_a_step_away(count, bits, seed, size):
    values = size * torch.randn(count, generator=torch.Generator().manual_seed(seed))
    again = numbers(few_bits(values[None], bits), bits, (1, count))[0]
    reach = float(values.max() - values.min()) / (2**bits - 1)
    # lowest and step are stored in half precision
    slack = 2**bits * reach * 2**-10 + float(values.abs().max()) * 2**-9 + 1e-6
    assert float((values - again).abs().max()) <= reach / 2 + slack


def test_full_rank_and_bits_restore_everything():
    patch = a_patch()
    pack = skill_pack(patch, bands={"": [[40, 32]]}, keep=1.0)
    assert {e.name: e.kind for e in pack.entries} == {"embed.w": "sparse", "layer.0.bias": "dense", "layer.0.w": "packed"}  # fmt: skip
    for name, shape in (("layer.0.w", SHAPE), ("embed.w", SHAPE), ("layer.0.bias", (60,))):
        torch.testing.assert_close(dense(pack.terms(name), shape), dense(patch.terms(name), shape), rtol=1e-4, atol=1e-5)  # fmt: skip


def test_fewer_bits_lose_more_and_weigh_less():
    patch = a_patch()
    found = [skill_pack(patch, bands={"layer": [[40, bits]]}, keep=0.1) for bits in (32, 8, 4, 2)]
    errors = [{e.name: e.facts.get("error") for e in pack.entries}["layer.0.w"] for pack in found]
    assert errors[0] < 1e-5 < errors[1] < 0.02 < errors[2] < errors[3] < 1
    sizes = [sum(t.nbytes for t in pack.read(pack.of("layer.0.w")[0]).tensors.values()) for pack in found]  # fmt: skip
    # 40 singular values; 40 vectors of 60 and of 40 numbers: codes, and two halves for each vector
    for bits, size in zip((8, 4, 2), sizes[1:], strict=True):
        assert size == 160 + 40 * (60 + 40) * bits // 8 + 2 * 40 * 4
    assert sizes[0] == 160 + 40 * 100 * 4
    rows = {row["tensor"]: row for row in distance(patch, found[2])}
    assert rows["layer.0.w"]["distance"] / rows["layer.0.w"]["norm"] == pytest.approx(errors[2])
    kept = found[0].terms("embed.w")[0].tensors["values"]
    assert len(kept) == 240
    assert kept.abs().min() == dense(patch.terms("embed.w"), SHAPE).abs().flatten().sort(descending=True).values[239]  # fmt: skip


def test_packs_are_put_on_and_taken_off(tmp_path):
    shapes = {"layer.0.w": SHAPE, "embed.w": SHAPE, "layer.0.bias": (60,)}
    base = a_model(tmp_path / "base", {n: torch.randn(s, generator=torch.Generator().manual_seed(3)) for n, s in shapes.items()})  # fmt: skip
    packs = [skill_pack(a_patch()), skill_pack(a_patch(), bands={"": [[5, 2]]})]
    both = add(packs)
    made = apply(base, both)
    for name, shape in shapes.items():
        wanted = tensors_of(base)[name] + sum(dense(p.terms(name), shape) for p in packs)
        torch.testing.assert_close(tensors_of(made)[name].double(), wanted, rtol=1e-5, atol=1e-5)
    assert revert(made, both).fingerprint() == base.fingerprint()
    for pack in packs:
        assert revert(apply(base, pack), pack).fingerprint() == base.fingerprint()


@pytest.mark.parametrize("wrong", [{"bands": {"": [[4, 3]]}}, {"bands": {"": []}}, {"keep": 0.0}, {"bands": {"": [[0, 8]]}}])  # fmt: skip
def test_settings(wrong):
    with pytest.raises(BadSetting, match="bits 2, 4, 8 or 32"):
        skill_pack(a_patch(), **wrong)


GOLDEN = Path(__file__).parent.parent / "golden" / "graftllm.py"
SPEC = importlib.util.spec_from_file_location("graftllm", GOLDEN)
assert SPEC is not None and SPEC.loader is not None
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)
ANSWERS = json.loads(GOLDEN.with_suffix(".json").read_text())["answers"]


@pytest.mark.parametrize("bits", golden.BITS)
def test_columns_are_settled_as_the_authors_code_settles_them(bits):
    """On its own grid: zero is a level, one scale for a row."""
    matrix, inputs = golden.small()
    low = matrix.amin(dim=1).clamp_max(0)
    step = (matrix.amax(dim=1).clamp_min(0) - low) / (2**bits - 1)
    lows = -(-low / step).round() * step
    grid = (one[:, None].expand_as(matrix) for one in (lows, step))
    codes = settled(matrix, *grid, bits, 2 * inputs.T @ inputs / len(inputs))
    wanted = torch.tensor(ANSWERS["settled"][str(bits)]).float()
    assert (codes - wanted).abs().max() <= 1  # sums in another order may turn a tie
    assert (codes == wanted).float().mean() > 0.97


def calibrated(name, moments=True):
    """A pack of one module, calibrated or not, and what it lost."""
    difference, inputs = golden.planted()[name]
    shape = tuple(difference.shape)
    patch = write_patch(Head("base"), [Piece(f"{name}.weight", "dense", shape, {"value": difference})])  # fmt: skip
    moment = (inputs.T @ inputs / len(inputs)).numpy()
    given = {f"model.{name}.weight": moment} if moments else None
    made = skill_pack(patch, given, bands={"": golden.BANDS})
    piece = made.read(made.entries[0])
    return piece, golden.errors(difference, dense([piece.term], shape), inputs)


@pytest.mark.parametrize("name", golden.SHAPES)
def test_packs_lose_hardly_more_than_those_of_the_authors_code(name):
    piece, lost = calibrated(name)
    wanted = ANSWERS["modules"][name]["ordered"]
    assert sum(rank for rank, _ in piece.facts["bands"]) == wanted["rank"]
    codes = sum(t.nbytes for key, t in piece.tensors.items() if key.endswith("codes"))
    assert codes * 8 == wanted["bits"]
    # theirs have a scale and a zero for every row of either factor, ours for every singular vector: fewer, coarser ones
    whole = sum(t.nbytes for t in piece.tensors.values())
    assert whole < wanted["bits"] / 8 + 4 * wanted["scales"] + 4 * wanted["rank"]
    for kind in ("error", "output_error"):
        assert lost[kind] < 1.25 * wanted[kind], kind
        assert piece.facts[kind] == pytest.approx(lost[kind], abs=2e-5)
    _, nearest = calibrated(name, moments=False)
    assert lost["output_error"] < 0.6 * nearest["output_error"]
    assert nearest["error"] < lost["error"]  # what is nearest is nearer, and says other things


def test_moments_of_another_matrix_are_refused():
    patch = a_patch()
    with pytest.raises(BadValue, match=r"moments of \[3, 3\] for layer.0.w, which reads 40"):
        skill_pack(patch, {"layer.0.w": np.eye(3, dtype=np.float32)})


def test_what_is_never_read_can_be_anything():
    """Inputs that are all zero, or fewer than the matrix has columns, are no error."""
    patch = a_patch()
    for moment in (np.zeros((40, 40)), np.outer(np.ones(40), np.ones(40))):
        made = skill_pack(patch, {"layer.0.w": moment.astype(np.float32)}, bands={"": [[40, 8]]})
        assert {e.name: e.facts.get("error") for e in made.entries}["layer.0.w"] < 0.2
