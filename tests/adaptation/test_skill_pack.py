"""Packs: nothing lost at full rank and bits, fewer bytes at fewer, and a base that comes back bit for bit."""

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
from calque.errors import BadSetting
from calque.maths.differences import dense
from calque.maths.packing import few_bits, numbers
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
    again = numbers(few_bits(values, bits), bits, (count,))
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
    # 40 singular values, and for 100 numbers of each: codes, and two halves for every 128
    groups = [-(-40 * side // 128) for side in SHAPE]
    for bits, size in zip((8, 4, 2), sizes[1:], strict=True):
        assert size == 160 + sum(own * 128 * bits // 8 + own * 4 for own in groups)
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
