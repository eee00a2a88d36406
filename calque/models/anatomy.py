"""What the architecture of a model says of its weights: which are tables over the pieces."""

import copy
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from calque.errors import BadFile
from calque.models.folder import configuration, quiet
from calque.values import Checkpoint


@dataclass(frozen=True)
class Anatomy:
    """What the architecture says, without any weight.

    config:    the configuration
    weights:   names of all weights
    tables:    names of the weights with a row for each piece
    inputs:    of these, the input's rows, under every name that they have
    outputs:   of these, the output's rows where they are not the input's
    positions: names of the tables of positions that are counted from behind the padding id
    takes:     names of the inputs of its forward pass
    """

    config: Any
    weights: frozenset[str]
    tables: frozenset[str]
    inputs: frozenset[str]
    outputs: frozenset[str]
    positions: frozenset[str]
    takes: frozenset[str]


def anatomy_of(checkpoint: Checkpoint) -> Anatomy:
    """The anatomy of a folder's model, made without weights; BadFile where it has no vocabulary."""
    import transformers

    config = configuration(checkpoint)
    if not isinstance(getattr(config, "vocab_size", None), int):
        raise BadFile(f"{checkpoint.folder}: config.json has no vocab_size")
    name = (checkpoint.config.get("architectures") or ["AutoModel"])[0]
    kind = getattr(transformers, name, transformers.AutoModel)
    make = kind.from_config if kind is transformers.AutoModel else kind
    larger = copy.deepcopy(config)
    larger.vocab_size += 1
    with quiet(), torch.device("meta"):
        model: Any = make(config)
        wider: Any = make(larger)
    own = {key: tensor.shape for key, tensor in model.state_dict().items()}
    shapes = {key: tensor.shape for key, tensor in wider.state_dict().items()}
    return Anatomy(
        config,
        frozenset(own),
        frozenset(key for key, shape in own.items() if shape != shapes[key]),
        frozenset(
            key
            for key, weight in model.named_parameters(remove_duplicate=False)
            if weight is model.get_input_embeddings().weight
        ),
        frozenset(
            f"{key}.weight"
            for key, module in model.named_modules()
            if module is model.get_output_embeddings() and not _tied(model)
        ),
        frozenset(
            f"{key}.weight"
            for key, module in model.named_modules()
            if key.endswith("position_embeddings")
            and getattr(module, "padding_idx", None) is not None
        ),
        frozenset(inspect.signature(model.forward).parameters),
    )


def _tied(model: Any) -> bool:
    """Whether the output reads the input's rows."""
    return model.get_output_embeddings().weight is model.get_input_embeddings().weight


def is_table(name: str, shape: Sequence[int], anatomy: Anatomy) -> bool:
    """Whether a stored weight has a row for each piece."""
    if named(name, anatomy.weights):
        return named(name, anatomy.tables)
    # config.json names the body alone, and the weights still have a language model's head
    return len(shape) > 0 and shape[0] == anatomy.config.vocab_size


def named(name: str, known: frozenset[str]) -> bool:
    """Whether a stored weight is one of those that the model knows by these names."""
    # folders may leave out or add the prefix that the body has within a model with a head
    return any(name == k or name.endswith(f".{k}") or k.endswith(f".{name}") for k in known)
