"""The stack of layers of a body, wherever an architecture keeps it."""

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def layer_count(model: "PreTrainedModel") -> int:
    """Number of layers behind the embeddings."""
    layers = layers_of(model)
    return model.config.num_hidden_layers if layers is None else len(layers)


def layers_of(model: "PreTrainedModel", count: int | None = None) -> torch.nn.ModuleList | None:
    """The stack of layers, outermost first found; None where it has no such list (shared layers).

    count: of the layers; None for what the configuration says
    """
    count = model.config.num_hidden_layers if count is None else count
    for module in model.modules():
        if isinstance(module, torch.nn.ModuleList) and len(module) == count:
            return module
    return None


def halves(body: Any) -> tuple[Any, Any] | None:
    """What reads and what writes of a body that does both; None for one stack alone."""
    reads, writes = (getattr(body, name, None) for name in ("encoder", "decoder"))
    return None if reads is None or writes is None else (reads, writes)


def every_layer(body: Any) -> list[torch.nn.Module]:
    """All layers from the bottom, those that read before those that write; none where they share their weights."""
    two = halves(body)
    if two is None:
        return list(layers_of(body) or [])
    names = ("decoder_layers", "num_decoder_layers", "num_hidden_layers")
    count = next(getattr(body.config, name) for name in names if hasattr(body.config, name))
    return [*(layers_of(two[0]) or []), *(layers_of(two[1], count) or [])]
