"""Adapters that peft has saved, as patches.

Source: Hu et al. 2022, "LoRA", section 4.1, https://arxiv.org/abs/2106.09685; Kalajdzievski 2023, "A Rank
Stabilization Scaling Factor", https://arxiv.org/abs/2312.03732; Liu et al. 2022, "Few-Shot
Parameter-Efficient Fine-Tuning" (IA3), section 3.3, https://arxiv.org/abs/2205.05638
"""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from calque.errors import BadFile, BadValue
from calque.maths.differences import Term
from calque.roles import part
from calque.values import Checkpoint, Patch
from calque.values.between import between, name_of
from calque.values.patch import Head, Piece, write_patch
from calque.values.weights import Weights, resolved

_PARTS = {
    ".lora_A.weight": "down",
    ".lora_B.weight": "up",
    ".lora_embedding_A": "rows",
    ".lora_embedding_B": "columns",
    ".ia3_l": "factor",
}


@part(paper="hu-etal-2022-lora")
def from_peft(path: str | Path, base: Checkpoint) -> Patch:
    """Read a peft folder: LoRA of any ranks and scales, IA3, prompts; trained biases and heads with it.

    A LoRA stays what it is, factors and scale, so that `adaptation.to_peft` writes the same numbers. What peft
    stores as whole tensors becomes a difference where the base has the tensor, and travels whole where
    it has not. IA3's factors become differences of the base's weights; a prompt becomes a module.

    path: folder with adapter_config.json and adapter_model.safetensors
    base: the model that the adapter was trained on
    """
    folder = Path(path)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        if not (folder / name).is_file():
            raise BadFile(
                f"{folder}: no {name}; is this a folder that peft saved, with safetensors?"
            )
    settings = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    weights = Weights(base)
    head = Head(name_of(weights), {name: weights.digest(name) for name in weights})
    return write_patch(head, _pieces(folder, settings, weights))


def _pieces(folder: Path, settings: dict[str, Any], weights: Weights) -> Iterator[Piece]:
    kind, stored = settings.get("peft_type"), load_file(folder / "adapter_model.safetensors")
    if kind == "PROMPT_TUNING":
        facts = {"what": "prompt", "count": len(stored["prompt_embeddings"])}
        yield Piece("", "module", (), {"vectors": stored["prompt_embeddings"]}, facts)
        return
    odd = [name for name in stored if "lora_magnitude" in name or name.endswith("lora_B.bias")]
    if kind not in ("LORA", "IA3") or odd or settings.get("layer_replication"):
        raise BadValue(
            f"{folder}: holds an adapter of the kind {kind}{' with magnitudes or biases' if odd else ''}; "
            "calque reads LORA, IA3 and PROMPT_TUNING; merge it with peft (merge_and_unload), save the "
            "model and take adaptation.difference"
        )
    modules: dict[str, dict[str, torch.Tensor]] = {}
    for key, tensor in sorted(stored.items()):
        name = key.removeprefix("base_model.model.").replace(".base_layer.", ".")
        end = next((end for end in _PARTS if name.endswith(end)), None)
        if end is None:
            yield from _whole(name.replace(".modules_to_save.", "."), tensor, weights)
        else:
            modules.setdefault(name.removesuffix(end), {})[_PARTS[end]] = tensor
    for module, own in modules.items():
        name = f"{module}.weight"
        place = resolved(name, weights.places)
        if place is None:
            raise BadValue(f"{folder}: the base {weights.checkpoint.folder} has no {name}")
        if kind == "IA3":
            yield from _scaled(module, place, own["factor"], weights)
        else:
            term = _low_rank(module, own, settings, weights.places[place].shape)
            yield Piece(place, term.kind, term.shape, term.tensors)


def _whole(name: str, tensor: torch.Tensor, weights: Weights) -> Iterator[Piece]:
    place = resolved(name, weights.places)
    if place is None or weights.places[place].shape != tensor.shape:
        yield Piece(name, "whole", tuple(tensor.shape), {"value": tensor})
        return
    for term in between(weights.numbers(place), tensor):
        yield Piece(place, term.kind, term.shape, term.tensors)


def _low_rank(
    module: str, own: dict[str, torch.Tensor], settings: dict[str, Any], shape: tuple[int, ...]
) -> Term:
    if "rows" in own:
        up, down = own["rows"].T, own["columns"].T
    elif settings.get("fan_in_fan_out"):
        up, down = own["down"].T, own["up"].T
    else:
        up, down = own["up"], own["down"]
    rank = up.shape[1]
    alpha = _pattern(settings.get("alpha_pattern") or {}, module, settings["lora_alpha"])
    scale = alpha / (math.sqrt(rank) if settings.get("use_rslora") else rank)
    scales = torch.full((rank,), scale, dtype=torch.float64)
    return Term("low_rank", shape, {"up": up, "scale": scales, "down": down})


def _pattern(patterns: dict[str, float], module: str, default: float) -> float:
    """As peft looks: the first pattern that the end of the module's name matches, from a dot on."""
    found = (v for key, v in patterns.items() if re.match(rf"(.*\.)?({key})$", module))
    return next(found, default)


def _scaled(module: str, place: str, factor: torch.Tensor, weights: Weights) -> Iterator[Piece]:
    """What factors of a layer's inputs [1, n] or outputs [m, 1] add to its weight, and to its bias."""
    names = [place]
    bias = resolved(f"{module}.bias", weights.places)
    if factor.shape[1] == 1 and bias is not None:
        names.append(bias)
    for name in names:
        before = weights.numbers(name)
        own = factor if before.dim() == 2 else factor.reshape(-1)
        for term in between(before, (before.double() * own.double()).to(before.dtype)):
            yield Piece(name, term.kind, term.shape, term.tensors)
