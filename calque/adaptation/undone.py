"""What a base loses when a patch is put on it, so that it can be had back bit for bit."""

import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from calque.maths.differences import places
from calque.values import Patch
from calque.values.weights import Weights

UNDO = "undo"
_BITS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def bits(tensor: torch.Tensor) -> torch.Tensor:
    """The numbers as whole numbers of the same bytes, so that equal means equal bits."""
    return tensor.contiguous().view(_BITS[tensor.dtype.itemsize])


class Undo:
    """Collects what taking a patch away again would not give back.

    weights: of the base
    """

    def __init__(self, weights: Weights, patch: Patch):
        self.weights = weights
        self.patch = patch
        self.lost: dict[str, list[tuple[torch.Tensor, torch.Tensor]]] = {}

    def look(self, name: str, start: int, before: torch.Tensor, again: torch.Tensor) -> None:
        """Keep the cells of some rows that come out otherwise than they were."""
        cells = (bits(before) != bits(again)).reshape(-1).nonzero()[:, 0]
        width = before.numel() // max(1, before.shape[0]) if before.dim() else 1
        own = before.reshape(-1)[cells].clone()
        self.lost.setdefault(name, []).append((cells + start * width, own))

    def write(self, folder: Path, changed: dict[str, str], named: dict[str, str]) -> None:
        """Write it below an applied folder.

        changed: the patch's name for each tensor of the base that is changed
        named:   the result's name for each tensor of the base that it still has
        """
        tensors = {}
        for name, found in self.lost.items():
            count = math.prod(self.weights.places[name].shape)
            tensors[f"cells.{name}"] = places(torch.cat([cells for cells, _ in found]), count)
            tensors[f"values.{name}"] = torch.cat([values for _, values in found])
        for name in self.weights:
            if name not in named:
                tensors[f"whole.{name}"] = self.weights.read(name).clone()
        base = self.weights.checkpoint.folder
        index = base / "model.safetensors.index.json"
        facts: dict[str, Any] = {
            "headers": self.weights.headers,
            "changed": changed,
            "named": named,
            "texts": {
                "config.json": (base / "config.json").read_text(encoding="utf-8"),
                index.name: index.read_text(encoding="utf-8") if index.is_file() else None,
            },
        }
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.patch.fingerprint()}.safetensors"
        save_file(tensors, path, metadata={"facts": json.dumps(facts)})
