"""Which parameters stand above a model's lowest layers.

Source: Wu and Dredze 2019, "Beto, Bentz, Becas: The Surprising Cross-Lingual Effectiveness of BERT", section 5.2,
https://arxiv.org/abs/1904.09077
"""

import re
from typing import Any

import torch

from calque.errors import BadSetting
from calque.models.folder import KINDS, configuration, quiet
from calque.models.layers import layers_of
from calque.models.whole import kind_of
from calque.roles import part
from calque.values import Checkpoint


@part(paper="beto-bentz-becas")
def above(checkpoint: Checkpoint, *, frozen: int = 0) -> str:
    """Name everything but the embeddings and the lowest layers, as a pattern for `trains`.

    What it does not name stays bit-equal; heads that are drawn later are named too.

    frozen: layers that stay, besides the embeddings; 0 freezes the embeddings alone, -1 nothing
    """
    import transformers

    config = configuration(checkpoint)
    with quiet(), torch.device("meta"):
        model: Any = getattr(transformers, KINDS[kind_of(checkpoint)]).from_config(config)
    stack = layers_of(model)
    if stack is None or not -1 <= frozen <= len(stack):
        raise BadSetting(
            f"models.above: frozen must lie in -1 to {0 if stack is None else len(stack)}, the model's layers, got {frozen}"
        )
    if frozen < 0:
        return ""
    held = {id(layer) for layer in list(stack)[:frozen]}
    body = model.base_model
    lowest = [name for name, module in body.named_modules() if id(module) in held]
    # what stands in the body beside its stack and before it: tables, their normalization, projections
    place = next(name for name, module in body.named_modules() if module is stack)
    first = place.split(".")[0]
    before = []
    for name, _ in body.named_children():
        if name == first:
            break
        before.append(name)
    names = [re.escape(name) for name in (*before, *lowest)]
    return rf"^(?!(\w+\.)?({'|'.join(names)})\.)"
