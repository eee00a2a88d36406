"""Small models of one shape, as examples for the roles that put models together."""

import json
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from calque.values import Checkpoint

_folders: list[tempfile.TemporaryDirectory] = []  # removed at the end of the process


def models(seed: int) -> list[Checkpoint]:
    """Three models: matrices in three precisions, a row for each of two labels, a counter."""
    _folders.append(tempfile.TemporaryDirectory(prefix="calque-merger-"))
    generator = torch.Generator().manual_seed(seed)
    made = []
    for number in range(3):
        tensors = {
            "body.weight": torch.randn(4, 3, generator=generator),
            "body.bias": torch.randn(4, generator=generator).bfloat16(),
            "body.small": torch.randn(2, 2, generator=generator).half(),
            "classifier.weight": torch.randn(2, 4, generator=generator),
            "body.positions": torch.arange(5),
        }
        folder = Path(_folders[-1].name) / str(number)
        folder.mkdir()
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        settings = {"architectures": ["Toy"], "id2label": {"0": "no", "1": "yes"}}
        (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
        made.append(Checkpoint(folder))
    return made


def tensors_of(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    """All weights of a small model, by name."""
    return {name: t for path in checkpoint.weights for name, t in load_file(path).items()}
