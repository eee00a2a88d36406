"""The tables of a model with a row for each piece: found by name, without loading the model."""

from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from calque.errors import BadFile
from calque.models.anatomy import named
from calque.models.folder import KINDS, quiet
from calque.models.whole import kind_of
from calque.values import Checkpoint


def table_names(checkpoint: Checkpoint) -> tuple[str, list[str]]:
    """The tensor of input rows, and those of all rows, output rows of their own included, as the files name them."""
    import transformers

    config = transformers.AutoConfig.from_pretrained(
        checkpoint.folder, trust_remote_code=False, local_files_only=True
    )
    with quiet(), torch.device("meta"):
        model: Any = getattr(transformers, KINDS[kind_of(checkpoint)]).from_config(config)
    output = model.get_output_embeddings()
    tables = [model.get_input_embeddings(), *([] if output is None else [output])]
    known = list(model.named_parameters(remove_duplicate=False))  # tied tables have several names
    stored = list(_places(checkpoint))
    found: list[list[str]] = [
        [own for own in stored if named(own, frozenset(n for n, p in known if p is table.weight))]
        for table in tables
    ]
    if not found[0]:
        raise BadFile(f"{checkpoint.folder}: its files hold no table of input rows")
    return found[0][0], list(dict.fromkeys(name for names in found for name in names))


def input_rows(checkpoint: Checkpoint) -> torch.Tensor:
    """[s, d] the model's input rows, as they are stored; only these are read."""
    name, _ = table_names(checkpoint)
    with safe_open(_places(checkpoint)[name], "pt") as file:
        return file.get_tensor(name)


def _places(checkpoint: Checkpoint) -> dict[str, Path]:
    """The file that holds each tensor."""
    found = {}
    for path in checkpoint.weights:
        with safe_open(path, "pt") as file:
            found |= dict.fromkeys(file.keys(), path)
    return found
