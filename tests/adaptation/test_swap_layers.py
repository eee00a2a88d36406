"""Layers put together as by mergekit (stored answers), and where changes lie apart the sum of both."""

import importlib.util
import json
from pathlib import Path

import torch
from patches import a_model, tensors_of

from calque.adaptation.arithmetic import arithmetic
from calque.adaptation.layer_changes import layer_changes
from calque.adaptation.layer_plan import layer_plan
from calque.adaptation.swap_layers import swap_layers
from calque.values import Table

GOLDEN = Path(__file__).parent.parent / "golden" / "layer_slices.py"
SPEC = importlib.util.spec_from_file_location("layer_slices", GOLDEN)
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)
ANSWERS = json.loads(GOLDEN.with_suffix(".json").read_text())["answers"]


def test_as_mergekit_by_slices(tmp_path):
    task, language = (
        a_model(tmp_path / name, golden.expert(salt)) for salt, name in enumerate(("task", "language"))
    )  # fmt: skip
    names = {"l": "language", "b": "both", "t": "task"}
    plan = Table(
        tuple(
            {"layer": layer, "source": names[letter], "share": 0.5}
            for layer, letter in enumerate(golden.SOURCES)
        )
    )
    made = tensors_of(swap_layers(task, language, plan))
    assert made.keys() == ANSWERS.keys()
    for name, tensor in made.items():
        wanted = torch.tensor(ANSWERS[name], dtype=torch.float64)
        found = torch.tensor(golden.told(tensor), dtype=torch.float64)
        torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


def test_where_changes_lie_apart_both_are_kept_whole(tmp_path):
    base = golden.expert(2)
    moved = [dict(base), dict(base)]  # the task's layers, the language's and what is in none
    for name, tensor in base.items():
        middle = any(f"layers.{layer}." in name for layer in (1, 2, 3, 4))
        moved[0 if middle else 1][name] = tensor + golden.expert(3)[name]
    models = [
        a_model(tmp_path / str(number), tensors) for number, tensors in enumerate((base, *moved))
    ]
    changes = layer_changes(*models)
    assert [round(row["share"]) for row in changes] == [1, 0, 0, 0, 0, 1]
    made = tensors_of(swap_layers(*models[1:], layer_plan(changes, transition=0)))
    both = tensors_of(arithmetic(models[1:], models[0]))
    for name, tensor in made.items():
        torch.testing.assert_close(tensor, base[name] + golden.expert(3)[name])
        torch.testing.assert_close(tensor, both[name])
