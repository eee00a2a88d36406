"""Merges against mergekit, composable-sft and free-lunch-xlt (stored answers), limits, and what has none."""

import importlib.util
import json
from pathlib import Path

import pytest
import torch
from patches import a_base, a_model, a_patch, tensors_of

from calque.adaptation.apply import apply
from calque.adaptation.arithmetic import arithmetic
from calque.adaptation.average import average
from calque.adaptation.dare import dare
from calque.adaptation.difference import difference
from calque.adaptation.layer_changes import layer_changes
from calque.adaptation.layer_plan import layer_plan
from calque.adaptation.layers_page import layers_page
from calque.adaptation.slerp import slerp
from calque.adaptation.swap_layers import swap_layers
from calque.adaptation.ties import ties
from calque.errors import BadSetting, BadValue
from calque.maths.merging import elected, most_changed, trim
from calque.values import Table

GOLDEN = Path(__file__).parent.parent / "golden" / "weight_merging.py"
SPEC = importlib.util.spec_from_file_location("weight_merging", GOLDEN)
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)
ANSWERS = json.loads(GOLDEN.with_suffix(".json").read_text())["answers"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    return [a_model(folder / str(k), tensors) for k, tensors in enumerate(golden.planted())]


@pytest.mark.parametrize("name", ["ties", "arithmetic", "slerp", "average"])
def test_as_the_tools_of_others(name, models):
    base, *parents = models
    made = {
        "ties": lambda: ties(parents, base, density=golden.DENSITY, weights=golden.WEIGHTS),
        "arithmetic": lambda: arithmetic(parents, base, weights=golden.WEIGHTS),
        "slerp": lambda: slerp(*parents[:2], share=golden.SHARE),
        "average": lambda: average(parents),
    }[name]()
    for key, tensor in tensors_of(made).items():
        torch.testing.assert_close(tensor, torch.tensor(ANSWERS[name][key]), rtol=1e-6, atol=1e-6)


def test_the_places_that_composable_sft_chooses():
    base, model, *_ = golden.planted()
    found = most_changed([model[name] - base[name] for name in golden.SHAPES], golden.COUNT)
    assert {n: own.tolist() for n, own in zip(golden.SHAPES, found, strict=True)} == ANSWERS[
        "chosen"
    ]


def test_trimming_keeps_the_largest_and_of_equals_the_first():
    delta = torch.tensor([[3.0, -1.0, 2.0], [-2.0, 2.0, 0.5]])
    trim(delta, 0.5)
    assert delta.tolist() == [[3.0, 0.0, 2.0], [-2.0, 0.0, 0.0]]
    generator = torch.Generator().manual_seed(0)
    for share in (0.001, 0.2, 0.73, 1.0):
        delta = torch.randn(500, generator=generator)
        order = delta.abs().sort(descending=True).indices[: max(1, int(share * 500))]
        wanted = torch.zeros(500)
        wanted[order] = delta[order]
        trim(delta, share)
        assert torch.equal(delta, wanted)


def test_both_elections_by_hand():
    deltas = [torch.tensor([1.0, 1.0, 0.0]), torch.tensor([-0.6, 3.0, 0.0])]
    assert elected(deltas, [1.0, 2.0]).tolist() == pytest.approx([-0.6, 7 / 3, 0.0])
    assert elected(deltas, [1.0, 2.0], weigh=False).tolist() == pytest.approx([1.0, 3.5, 0.0])
    one = [torch.randn(50, generator=torch.Generator().manual_seed(k)) for k in range(3)]
    assert torch.equal(elected(one, [1.0] * 3), elected(one, [1.0] * 3, weigh=False))


def test_limits(models):
    base, one, two, _ = models
    for part in (arithmetic, ties, dare):
        whole = {ties: {"density": 1.0}, dare: {"keep": 1.0}}.get(part, {})
        for name, tensor in tensors_of(part([one], base, **whole)).items():
            assert torch.equal(tensor, tensors_of(one)[name])
        for name, tensor in tensors_of(part([one, two], base, scale=0.0)).items():
            assert torch.equal(tensor, tensors_of(base)[name])
    same = tensors_of(ties([one, one, one], base, density=1.0))
    for name, tensor in same.items():
        torch.testing.assert_close(tensor, tensors_of(one)[name])
    for share, end in ((0.0, one), (1.0, two)):
        for origin in (None, base):
            for name, tensor in tensors_of(slerp(one, two, origin, share=share)).items():
                torch.testing.assert_close(tensor, tensors_of(end)[name], rtol=1e-5, atol=1e-6)


def test_what_is_dropped_at_random_is_made_up_for(tmp_path):
    base = a_model(tmp_path / "base", {"w": torch.zeros(200, 100)})
    tuned = a_model(tmp_path / "tuned", {"w": torch.ones(200, 100)})
    made = [tensors_of(dare([tuned], base, keep=0.25, seed=seed))["w"] for seed in (0, 0, 1)]
    assert torch.equal(made[0], made[1]) and not torch.equal(made[0], made[2])
    assert made[0].unique().tolist() == [0.0, 4.0]
    assert float(made[0].mean()) == pytest.approx(1.0, abs=0.05)
    two = tensors_of(dare([tuned, tuned], base, keep=0.25, elect=True))["w"]
    assert torch.equal(two, made[0])  # the same numbers are dropped for equal models


def test_patches_merge_as_the_models_that_they_make(tmp_path):
    base = a_base(tmp_path / "base", kind=torch.bfloat16)
    patches = [a_patch(base, kind, seed) for seed, kind in enumerate(("low_rank", "sparse"))]
    tuned = [apply(base, patch) for patch in patches]
    for part in (arithmetic, ties, dare):
        one = tensors_of(part([difference(base, model) for model in tuned], base))
        two = tensors_of(part(tuned, base))
        mixed = tensors_of(part([difference(base, tuned[0]), tuned[1]], base))
        for name, tensor in one.items():
            assert torch.equal(tensor, two[name]) and torch.equal(tensor, mixed[name]), name


def test_what_cannot_be_merged(tmp_path, models):
    base, one, *_ = models
    other = a_model(tmp_path / "other", tensors_of(one), vocab_size=7)
    with pytest.raises(BadValue, match="'vocab_size' is None in .* and 7 in .*models.swap"):  # noqa: RUF043
        ties([other], base)
    wide = a_model(tmp_path / "wide", tensors_of(one), hidden_size=7)
    with pytest.raises(BadValue, match=r"'hidden_size' is None in .* and 7"):
        slerp(one, wide)
    broken = a_model(tmp_path / "broken", tensors_of(one) | {"b": torch.full((7,), torch.nan)})
    for merge in (lambda: ties([one, broken], base), lambda: slerp(one, broken)):
        with pytest.raises(BadValue, match=r"broken: b holds numbers that are not finite"):
            merge()
    heads = [a_model(tmp_path / f"head{k}", tensors_of(one) | {"head": torch.full((2,), float(k))}) for k in range(2)]  # fmt: skip
    assert tensors_of(arithmetic([heads[0], one], base))["head"].tolist() == [0.0, 0.0]
    with pytest.raises(BadValue, match=r"head of .*head1 is another than.*models\.graft"):
        arithmetic(heads, base)
    for part, wrong in ((ties, {"density": 0.0}), (dare, {"keep": 1.5}), (ties, {"weights": [1.0, 2.0]})):  # fmt: skip
        with pytest.raises(BadSetting):
            part([one], base, **wrong)
    with pytest.raises(BadSetting, match="share must lie in"):
        slerp(one, one, share=1.5)


DEPTH = 6


def a_stack(folder, moved=(), size=0.0, **more):
    generator = torch.Generator().manual_seed(0)
    tensors = {"embed.weight": torch.randn(5, 4, generator=generator)}
    tensors |= {f"layers.{k}.w": torch.randn(4, 4, generator=generator) for k in range(DEPTH)}
    tensors["norm.weight"] = torch.ones(4)
    change = torch.Generator().manual_seed(len(moved))
    for name in tensors:
        if name == "embed.weight" or (name.startswith("layers") and int(name[7]) in moved):
            tensors[name] = tensors[name] + size * torch.randn(
                tensors[name].shape, generator=change
            )
    return a_model(folder, tensors | more)


def test_layers_are_swapped_where_the_language_changed_most(tmp_path):
    base = a_stack(tmp_path / "base")
    head = {"classifier.weight": torch.ones(2, 4)}
    task = a_stack(tmp_path / "task", (2, 3, 4), 0.1, **head)
    language = a_stack(tmp_path / "language", (0, 1, 2, 5), 0.3)
    changes = layer_changes(base, task, language)
    assert [row["layer"] for row in changes] == list(range(DEPTH))
    assert [row["share"] > 0.5 for row in changes] == [True, True, False, False, False, True]
    assert list(changes)[3]["language"] == 0.0 and list(changes)[3]["task"] > 0.05
    plan = layer_plan(changes)
    assert [row["source"] for row in plan] == ["language"] * 2 + [
        "both",
        "task",
        "both",
        "language",
    ]
    made, one, two = (tensors_of(m) for m in (swap_layers(task, language, plan), task, language))
    for row in plan:
        name = f"layers.{row['layer']}.w"
        wanted = {"language": two[name], "task": one[name], "both": (one[name] + two[name]) / 2}
        torch.testing.assert_close(made[name], wanted[row["source"]], rtol=0, atol=1e-7)
        if row["source"] != "both":
            assert torch.equal(made[name], wanted[row["source"]])
    assert torch.equal(made["embed.weight"], two["embed.weight"])
    assert torch.equal(made["classifier.weight"], one["classifier.weight"])
    page = layers_page(changes, plan)
    assert len(page) == DEPTH and "layer 2 (both)" in page.html and "<svg" in page.html
    with pytest.raises(BadValue, match="not of the same layers"):
        layers_page(changes, Table(plan.rows[1:]))
    with pytest.raises(BadValue, match="layer 5 is in the plan alone"):
        swap_layers(task, language, Table(plan.rows[:-1]))


@pytest.mark.parametrize(
    ("settings", "sources"),
    [
        ({"bottom": 1, "top": 1, "transition": 0}, "ltttl"),
        ({"bottom": 1, "top": 0}, "lbttt"),
        ({"bottom": 0, "top": 2}, "ttbll"),
        ({"bottom": 0, "top": 0}, "ttttt"),
        ({"bottom": 1, "top": 1, "transition": 1}, "lbtbl"),
        ({"transition": 0}, "lltll"),
        ({}, "lbtbl"),
    ],
)
def test_plans(settings, sources):
    changes = Table(tuple({"layer": k, "share": 0.9} for k in range(5)))
    assert "".join(row["source"][0] for row in layer_plan(changes, **settings)) == sources


def test_plans_that_leave_nothing():
    changes = Table(tuple({"layer": k, "share": 0.2} for k in range(4)))
    assert {row["source"] for row in layer_plan(changes)} == {"task"}
    with pytest.raises(BadSetting, match="leave none of 4 to the task expert"):
        layer_plan(changes, bottom=2, top=1)
    with pytest.raises(BadSetting, match="no number may be negative"):
        layer_plan(changes, bottom=-1)
    with pytest.raises(BadValue, match="needs rows with layer and share"):
        layer_plan(Table(()))
