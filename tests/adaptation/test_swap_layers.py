"""Layers put together as by mergekit (stored answers), and experts of two skills whose changes lie apart."""

import importlib.util
import json
from pathlib import Path

import torch
from patches import a_model, tensors_of

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
