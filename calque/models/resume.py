"""The state of a training in one safetensors file, from which a killed run goes on."""

import json
import logging
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from calque.workspace import replacing

log = logging.getLogger(__name__)


def save(
    path: Path,
    identity: dict[str, Any],
    position: dict[str, Any],
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    accelerator: Accelerator,
) -> None:
    """Write weights that train, buffers, optimizer and position under a temporary name, then rename.

    identity: what must be equal for the state to fit; position: where the run stands, as JSON
    """
    tensors = {f"model/{name}": tensor for name, tensor in _moving(model).items()}
    for name, parameter in _trained(model).items():
        for key, tensor in optimizer.state.get(parameter, {}).items():
            tensors[f"optimizer/{name}/{key}"] = tensor
    scaler = None if accelerator.scaler is None else accelerator.scaler.state_dict()
    facts = {"identity": identity, "position": position, "scaler": scaler}
    ready = {name: tensor.detach().contiguous().cpu() for name, tensor in tensors.items()}
    with replacing(path) as temporary:
        save_file(ready, temporary, metadata={"calque": json.dumps(facts)})


def load(
    path: Path,
    identity: dict[str, Any],
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    accelerator: Accelerator,
) -> dict[str, Any] | None:
    """Put a saved state back and return its position; None, and nothing done, where none fits."""
    if not path.is_file():
        return None
    with safe_open(path, framework="pt") as file:
        facts = json.loads(file.metadata()["calque"])
        names = set(file.keys())
        moving = _moving(model)
        if facts["identity"] != identity or {f"model/{name}" for name in moving} != {
            name for name in names if name.startswith("model/")
        }:
            log.warning("%s is the state of another training; this one starts anew", path)
            return None
        for name, tensor in moving.items():
            tensor.data.copy_(file.get_tensor(f"model/{name}"))
        _restore(optimizer, _trained(model), file, names)
    if accelerator.scaler is not None:
        accelerator.scaler.load_state_dict(facts["scaler"])
    return facts["position"]


def _restore(
    optimizer: torch.optim.Optimizer, trained: dict[str, nn.Parameter], file: Any, names: set[str]
) -> None:
    state = optimizer.state_dict()
    numbers = {}
    for group, saved in zip(optimizer.param_groups, state["param_groups"], strict=True):
        numbers |= {
            id(p): number for p, number in zip(group["params"], saved["params"], strict=True)
        }
    for name, parameter in trained.items():
        prefix = f"optimizer/{name}/"
        own = {n.removeprefix(prefix): file.get_tensor(n) for n in names if n.startswith(prefix)}
        if own:
            state["state"][numbers[id(parameter)]] = own
    optimizer.load_state_dict(state)


def _trained(model: nn.Module) -> dict[str, nn.Parameter]:
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def _moving(model: nn.Module) -> dict[str, torch.Tensor]:
    return _trained(model) | dict(model.named_buffers())
