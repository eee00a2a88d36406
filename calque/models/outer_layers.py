"""Which parameters stand at both ends of a model.

Source: Yamaguchi et al. 2024, "How Can We Effectively Expand the Vocabulary of LLMs with 0.01GB of
Target Language Text?", the training strategy 2x2LS, https://arxiv.org/abs/2406.11477
"""

import re
from typing import Any

import torch

from calque.errors import BadSetting
from calque.models.folder import KINDS, configuration, quiet
from calque.models.states import layers_of
from calque.models.whole import kind_of
from calque.roles import part
from calque.values import Checkpoint


@part(paper="yamaguchi-etal-2024-effectively")
def outer_layers(checkpoint: Checkpoint, *, count: int = 2) -> str:
    """Name the embeddings, the output and the layers at both ends, as a pattern for `trains`.

    All else, the layers between above all, then stays bit-equal.

    count: layers at each end; 0 for embeddings and output alone
    """
    import transformers

    config = configuration(checkpoint)
    with quiet(), torch.device("meta"):
        model: Any = getattr(transformers, KINDS[kind_of(checkpoint)]).from_config(config)
    stack = layers_of(model)
    if stack is None or not 0 <= 2 * count <= len(stack):
        raise BadSetting(
            f"models.outer_layers: {count} layers at each end of {0 if stack is None else len(stack)}"
        )
    ends = {*range(count), *range(len(stack) - count, len(stack))}
    chosen = [layer for place, layer in enumerate(stack) if place in ends]
    chosen += [
        table for table in (model.get_input_embeddings(), model.get_output_embeddings()) if table
    ]
    held = {id(module) for module in chosen}
    names = [name for name, module in model.named_modules() if id(module) in held]
    return "|".join(rf"^{re.escape(name)}\." for name in names)
