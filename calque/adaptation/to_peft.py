"""A patch of low-rank differences as a folder that peft loads.

Source: Hu et al. 2022, "LoRA", section 4.1, https://arxiv.org/abs/2106.09685
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from calque.errors import BadValue
from calque.roles import part
from calque.values import Patch
from calque.values.patch import DIFFERENCES, Piece
from calque.workspace import fresh

_TABLE = re.compile(r"embed|wte|wpe|shared", re.IGNORECASE)
_TASKS = {
    "ForSequenceClassification": "SEQ_CLS",
    "ForTokenClassification": "TOKEN_CLS",
    "ForQuestionAnswering": "QUESTION_ANS",
    "ForCausalLM": "CAUSAL_LM",
    "ForConditionalGeneration": "SEQ_2_SEQ_LM",
}


@part(paper="hu-etal-2022-lora")
def to_peft(patch: Patch, *, turned: bool = False) -> Path:
    """Write a patch as a LoRA: every matrix with its own rank and scale, and the head with it.

    A matrix whose factors all have one scale keeps them as they are; otherwise the scales are multiplied
    into the factor B.

    patch:  whole tensors and low-rank differences alone; `adaptation.compress` makes such of others
    turned: whether the model keeps its matrices inputs first (Conv1D of GPT-2; peft's fan_in_fan_out)
    """
    for entry in patch.entries:
        if entry.kind not in ("low_rank", "whole") or not entry.name.endswith((".weight", ".bias")):
            hint = "compress the patch first" if entry.kind in DIFFERENCES else "leave it out"
            raise BadValue(
                f"adaptation.to_peft: {entry.name} is {entry.kind}, which a LoRA cannot hold; {hint}"
            )
    tensors: dict[str, torch.Tensor] = {}
    ranks, alphas, heads = {}, {}, set()
    for entry in patch.entries:
        piece, name = patch.read(entry), patch.head.outer + entry.name
        if entry.kind == "whole":
            tensors[f"base_model.model.{entry.name}"] = piece.tensors["value"]
            heads.add(entry.name.rpartition(".")[0])
            continue
        module = name.removesuffix(".weight")
        own, alphas[module] = _factors(piece, module, turned)
        ranks[module] = len(piece.tensors["scale"])
        tensors |= {f"base_model.model.{key}": tensor.contiguous() for key, tensor in own.items()}
    if not ranks:
        raise BadValue("adaptation.to_peft: the patch has no low-rank difference")
    folder = fresh("adapter")
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    settings = _settings(patch, ranks, alphas, heads, turned)
    text = json.dumps(settings, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "adapter_config.json").write_text(text + "\n", encoding="utf-8")
    return folder


def _factors(piece: Piece, module: str, turned: bool) -> tuple[dict[str, torch.Tensor], float]:
    """The tensors of a module's LoRA by name, and its alpha."""
    up, scale, down = (piece.tensors[name] for name in ("up", "scale", "down"))
    if len(scale.unique()) > 1:
        up, scale = (up.double() * scale.double()).to(up.dtype), torch.ones_like(scale)
    alpha = float(scale[0].double()) * len(scale) if len(scale) else 1.0
    if _TABLE.search(module):
        return {f"{module}.lora_embedding_A": up.T, f"{module}.lora_embedding_B": down.T}, alpha
    a, b = (up.T, down.T) if turned else (down, up)
    return {f"{module}.lora_A.weight": a, f"{module}.lora_B.weight": b}, alpha


def _settings(
    patch: Patch, ranks: dict[str, int], alphas: dict[str, float], heads: set[str], turned: bool
) -> dict[str, Any]:
    rank, alpha = (Counter(own.values()).most_common(1)[0][0] for own in (ranks, alphas))
    named = (patch.head.config.get("architectures") or [""])[0]
    return {
        "peft_type": "LORA",
        "task_type": next((task for end, task in _TASKS.items() if named.endswith(end)), None),
        "base_model_name_or_path": patch.head.base,
        "r": rank,
        "lora_alpha": alpha,
        "rank_pattern": {re.escape(name): own for name, own in ranks.items() if own != rank},
        "alpha_pattern": {re.escape(name): own for name, own in alphas.items() if own != alpha},
        "target_modules": sorted(ranks),
        "modules_to_save": sorted(heads) or None,
        "fan_in_fan_out": turned,
        "bias": "none",
        "lora_dropout": 0.0,
        "use_rslora": False,
        "inference_mode": True,
    }
