"""The tables of a model's files with a row for each piece, found without loading the model."""

from pathlib import Path

import torch
from safetensors import safe_open

from calque.errors import BadFile
from calque.models.anatomy import anatomy_of, is_table, named
from calque.values import Checkpoint


def table_names(checkpoint: Checkpoint) -> tuple[str, list[str]]:
    """The tensor of input rows, and those of all rows, output rows of their own included, as the files name them."""
    anatomy = anatomy_of(checkpoint)
    shapes = _shapes(checkpoint)
    found = [
        name
        for name, (shape, _) in shapes.items()
        if len(shape) > 1 and is_table(name, shape, anatomy)
    ]
    inputs = [name for name in found if named(name, anatomy.inputs)]
    if not inputs:
        raise BadFile(f"{checkpoint.folder}: its files hold no table of input rows")
    return inputs[0], found


def input_rows(checkpoint: Checkpoint) -> torch.Tensor:
    """[s, d] the model's input rows, as they are stored; only these are read."""
    name, _ = table_names(checkpoint)
    with safe_open(_shapes(checkpoint)[name][1], "pt") as file:
        return file.get_tensor(name)


def _shapes(checkpoint: Checkpoint) -> dict[str, tuple[tuple[int, ...], Path]]:
    """The shape of each tensor, and the file that holds it."""
    found = {}
    for path in checkpoint.weights:
        with safe_open(path, "pt") as file:
            for name in file.keys():  # noqa: SIM118
                found[name] = (tuple(file.get_slice(name).get_shape()), path)
    return found
