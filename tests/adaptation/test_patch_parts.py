"""Sums, means, parts and comparisons of patches by hand, and what they refuse."""

import math

import pytest
import torch
from patches import SHAPES, a_base, a_model, a_patch, tensors_of

from calque.adaptation.add import add
from calque.adaptation.apply import apply
from calque.adaptation.compose import compose
from calque.adaptation.difference import difference
from calque.adaptation.distance import distance
from calque.adaptation.mean import mean
from calque.adaptation.overlap import overlap
from calque.adaptation.restrict import restrict
from calque.adaptation.revert import revert
from calque.adaptation.scale import scale
from calque.adaptation.subtract import subtract
from calque.errors import BadFile, BadSetting, BadValue
from calque.maths.differences import dense
from calque.values.patch import Head, Piece, write_patch


def adding(name, value, **head):
    value = torch.tensor(value)
    return write_patch(Head("base", **head), [Piece(name, "dense", tuple(value.shape), {"value": value})])  # fmt: skip


def a_module(what, value, place="layer.0"):
    tensors = {"down": torch.full((2, 3), float(value))}
    return write_patch(Head("base"), [Piece(place, "module", (), tensors, {"what": what})])


def test_by_hand(tmp_path):
    base = a_model(tmp_path / "base", {"w": torch.tensor([1.0, 2.0]), "n": torch.tensor([3])})
    tuned = a_model(tmp_path / "tuned", {"w": torch.tensor([1.5, 2.0]), "n": torch.tensor([3])})
    patch = difference(base, tuned)
    assert [(e.name, e.kind) for e in patch.entries] == [("w", "dense")]
    for made, wanted in [
        (patch, [1.5, 2.0]),
        (scale(patch, factor=-2.0), [0.0, 2.0]),
        (add([patch, patch]), [2.0, 2.0]),
        (subtract(patch, patch), [1.0, 2.0]),
        (mean([patch, scale(patch, factor=3.0)]), [2.0, 2.0]),
        (mean([patch, scale(patch, factor=3.0)], weights=[3, 1]), [1.75, 2.0]),
    ]:
        assert tensors_of(apply(base, made))["w"].tolist() == wanted


def test_a_difference_is_stored_in_the_fewest_bytes(tmp_path):
    tensors = {"cells": torch.zeros(9, 9), "rows": torch.zeros(9, 9), "all": torch.zeros(9, 9)}
    base = a_model(tmp_path / "base", tensors)
    changed = {name: tensor.clone() for name, tensor in tensors.items()}
    changed["cells"][[0, 4, 8], [2, 3, 4]] = 1.0
    changed["rows"][[1, 5]] = 1.0
    changed["all"] += 1
    patch = difference(base, a_model(tmp_path / "tuned", changed))
    assert {e.name: e.kind for e in patch.entries} == {"cells": "sparse", "rows": "rows", "all": "dense"}  # fmt: skip
    assert patch.terms("cells")[0].tensors["indices"].tolist() == [2, 39, 76]
    assert patch.terms("rows")[0].tensors["ids"].tolist() == [1, 5]


def test_numbers_far_apart_still_come_out_bit_for_bit(tmp_path):
    before = {"w": torch.tensor([[1.0, -1e30], [1e-30, 3.0]] * 50)}
    after = {"w": torch.tensor([[1e-10, 1e-3], [7e8, -3e-20]] * 50)}
    base, tuned = a_model(tmp_path / "base", before), a_model(tmp_path / "tuned", after)
    patch = difference(base, tuned)
    assert [e.kind for e in patch.entries] == ["dense", "sparse"]
    made = apply(base, patch)
    assert torch.equal(tensors_of(made)["w"], after["w"])
    assert revert(made, patch).fingerprint() == base.fingerprint()


def test_patches_on_different_tensors_come_off_in_any_order(tmp_path):
    base = a_base(tmp_path / "base")
    bias, norm = a_patch(base, "bias"), a_patch(base, "norm")
    both = apply(apply(base, bias), norm)
    for first, second in ((bias, norm), (norm, bias)):
        assert revert(revert(both, first), second).fingerprint() == base.fingerprint()
    with pytest.raises(BadFile, match=r"not applied to it by adaptation\.apply"):
        revert(revert(both, bias), bias)


def test_what_contradicts_is_refused():
    one, two = adding("w", [1.0]), adding("w", [1.0, 2.0])
    with pytest.raises(BadValue, match=r"w is \[1\] and \[2\]"):
        add([one, two])
    with pytest.raises(BadValue, match="no patches given"):
        add([])
    labels = [adding("w", [1.0], config={"id2label": {"0": name}}) for name in "ab"]
    with pytest.raises(BadValue, match=r"set 'id2label' to .*'a'.* and .*'b'"):
        add(labels)
    assert subtract(*labels).head.config == {"id2label": {"0": "a"}}
    heads = [
        write_patch(Head("base"), [Piece("h", "whole", (1,), {"value": torch.tensor([k])})])
        for k in (1.0, 3.0)
    ]
    with pytest.raises(BadValue, match="two patches have a tensor h of their own"):
        add(heads)
    assert mean(heads).read(mean(heads).entries[0]).tensors["value"].tolist() == [2.0]
    with pytest.raises(
        BadValue, match="only some of the patches have a tensor of their own at 'h'"
    ):
        mean([heads[0], one])
    with pytest.raises(BadSetting, match="needs 2 finite weights"):
        mean([one, one], weights=[1])
    with pytest.raises(BadSetting, match="sum of the weights must be positive"):
        mean([one, one], weights=[1, -1])
    with pytest.raises(BadSetting, match="finite number"):
        scale(one, factor=math.nan)
    with pytest.raises(BadValue, match="made on 'base' and 'other', and what these hold"):
        add([one, write_patch(Head("other"), [one.read(one.entries[0])])])


def test_modules_stack_or_have_a_mean():
    language, task = a_module("bottleneck", 1), a_module("bottleneck", 3)
    stacked = compose([language, task])
    assert [float(stacked.read(e).tensors["down"][0, 0]) for e in stacked.entries] == [1.0, 3.0]
    swapped = compose([task, language])
    assert swapped.fingerprint() != stacked.fingerprint()
    assert float(mean([language, task]).read(mean([language, task]).entries[0]).tensors["down"][0, 0]) == 2.0  # fmt: skip
    assert len(add([language, adding("w", [1.0])])) == 2
    with pytest.raises(BadValue, match=r"modules do not add; stack them"):
        add([language, task])
    with pytest.raises(BadValue, match="has no multiple"):
        scale(language, factor=2.0)
    with pytest.raises(BadValue, match="cannot be taken away"):
        subtract(task, language)
    with pytest.raises(BadValue, match=r"'layer\.0' is"):
        mean([language, a_module("prompt", 1)])


def test_parts_of_a_patch(tmp_path):
    base = a_base(tmp_path / "base")
    patch = add([a_patch(base, kind) for kind in ("dense", "whole")])

    def names(**settings):
        return sorted({e.name for e in restrict(patch, head=False, **settings).entries})

    assert names(names="bias$") == ["layer.0.dense.bias"]
    assert names(names="(?i)norm") == ["layer.1.norm.weight"]
    assert names(layers=[1]) == ["layer.1.dense.weight", "layer.1.norm.weight"]
    assert names(layers=[0, 1], names="dense.weight") == ["layer.0.dense.weight", "layer.1.dense.weight"]  # fmt: skip
    assert names() == sorted(SHAPES)
    assert "head.weight" in {e.name for e in restrict(patch, layers=[1]).entries}
    with pytest.raises(BadSetting, match="nothing is left"):
        restrict(patch, names="bias$", layers=[1], head=False)
    with pytest.raises(BadSetting, match="is no pattern"):
        restrict(patch, names="(")


def test_distances_and_overlaps(tmp_path):
    one, two = adding("w", [3.0, 0.0, 1.0]), adding("w", [0.0, 4.0, -1.0])
    rows = {row["tensor"]: row for row in distance(one, two)}
    assert rows["w"]["norm"] == pytest.approx(math.sqrt(10))
    assert rows["w"]["distance"] == pytest.approx(math.sqrt(9 + 16 + 4))
    assert rows["w"]["cosine"] == pytest.approx(-1 / math.sqrt(170))
    assert rows["all"]["distance"] == rows["w"]["distance"]
    (first, *_) = overlap(one, two)
    assert first == {"tensor": "all", "changed": 2, "other": 2, "both": 1, "agree": 0, "share": 1 / 3}  # fmt: skip
    assert next(iter(distance(one, scale(one, factor=0.0))))["cosine"] is None


@pytest.mark.parametrize("kinds", [("low_rank", "low_rank"), ("low_rank", "sparse"), ("rows", "dense")])  # fmt: skip
def test_distances_are_those_of_the_sums(kinds, tmp_path):
    base = a_base(tmp_path / "base")
    one, two = (a_patch(base, kind, seed) for seed, kind in enumerate(kinds))
    for row in list(distance(one, two))[1:]:
        shape = SHAPES[row["tensor"]]
        a, b = (dense(p.terms(row["tensor"]), shape) for p in (one, two))
        assert row["distance"] == pytest.approx(float((a - b).norm()), rel=1e-6)
        assert row["norm"] == pytest.approx(float(a.norm()), rel=1e-6)
