"""The stack of layers of a body, wherever an architecture keeps it."""

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def layer_count(model: "PreTrainedModel") -> int:
    """Number of layers behind the embeddings."""
    layers = layers_of(model)
    return model.config.num_hidden_layers if layers is None else len(layers)


def layers_of(model: "PreTrainedModel") -> torch.nn.ModuleList | None:
    """The stack of layers, outermost first found; None where it has no such list (shared layers)."""
    count = model.config.num_hidden_layers
    for module in model.modules():
        if isinstance(module, torch.nn.ModuleList) and len(module) == count:
            return module
    return None
