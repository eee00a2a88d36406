"""One model of several: the mean of their weights.

Source: Schmidt et al. 2023, "Free Lunch: Robust Cross-Lingual Transfer via Model Checkpoint Averaging",
section 2, https://arxiv.org/abs/2305.16834
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from calque.errors import BadValue
from calque.progress import track
from calque.roles import merger
from calque.values import Checkpoint
from calque.workspace import fresh

_CELLS = 1 << 20  # weights of a model that are averaged at a time
_SAME = ("architectures", "id2label", "vocab_size", "hidden_size", "num_hidden_layers")


@merger(paper="schmidt-etal-2023-free")
def average(checkpoints: list[Checkpoint]) -> Checkpoint:
    """Average the weights of models of one shape: snapshots of a run, or runs with one head.

    checkpoints: at least one; the same tensors, shapes, labels and vocabulary in all

    Everything but the weights is that of the first. Weights are averaged in float64, a part of a
    tensor at a time, and rounded once to the type that the first has them in. Tensors of integers
    cannot be averaged and must be equal. Memory holds one file of the result and nothing more.
    """
    if not checkpoints:
        raise BadValue("adaptation.average: no checkpoints given")
    first = checkpoints[0]
    for other in checkpoints[1:]:
        _check_settings(first, other)
    places = [_places(checkpoint) for checkpoint in checkpoints]
    for checkpoint, place in zip(checkpoints[1:], places[1:], strict=True):
        _check_names(first, places[0], checkpoint, place)
    folder = fresh("model")
    for path in track(first.weights, "averaging models"):
        names = [name for name, where in places[0].items() if where == path]
        merged = {name: _merged(name, checkpoints, places) for name in names}
        with safe_open(path, framework="pt") as file:
            facts = file.metadata()
        save_file(merged, folder / path.name, metadata=facts)
    for path in first.folder.rglob("*"):
        if path.is_file() and path not in first.weights:
            copy = folder / path.relative_to(first.folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return Checkpoint(folder)


def _check_settings(first: Checkpoint, other: Checkpoint) -> None:
    for name in _SAME:
        one, two = first.config.get(name), other.config.get(name)
        if one != two:
            raise BadValue(
                f"adaptation.average: '{name}' is {one} in {first.folder} and {two} in {other.folder}"
            )
    files = [checkpoint.folder / "tokenizer.json" for checkpoint in (first, other)]
    if all(file.is_file() for file in files) and files[0].read_bytes() != files[1].read_bytes():
        one, two = (json.loads(file.read_bytes()).get("model", {}).get("vocab") for file in files)
        if one != two:
            raise BadValue(
                f"adaptation.average: the vocabularies of {first.folder} and {other.folder} differ, "
                "so that their rows mean different pieces"
            )


def _places(checkpoint: Checkpoint) -> dict[str, Path]:
    """The file that holds each tensor."""
    found = {}
    for path in checkpoint.weights:
        with safe_open(path, framework="pt") as file:
            found |= dict.fromkeys(file.keys(), path)
    return found


def _check_names(
    first: Checkpoint, names: dict[str, Path], other: Checkpoint, others: dict[str, Path]
) -> None:
    for one, have, two, lack in ((first, names, other, others), (other, others, first, names)):
        missing = sorted(set(have) - set(lack))
        if missing:
            raise BadValue(
                f"adaptation.average: {two.folder} lacks {len(missing)} of the tensors of {one.folder}, "
                f"for example {missing[0]}"
            )


def _merged(
    name: str, checkpoints: Sequence[Checkpoint], places: Sequence[dict[str, Path]]
) -> torch.Tensor:
    files: list[Any] = [safe_open(place[name], framework="pt") for place in places]
    slices = [file.get_slice(name) for file in files]
    shape = slices[0].get_shape()
    for checkpoint, piece in zip(checkpoints, slices, strict=True):
        if piece.get_shape() != shape:
            raise BadValue(
                f"adaptation.average: {name} is {shape} in {checkpoints[0].folder} and "
                f"{piece.get_shape()} in {checkpoint.folder}"
            )
    if len(shape) < 2 or not shape[0]:
        return _mean(name, checkpoints, [file.get_tensor(name) for file in files])
    rows = max(1, _CELLS * shape[0] // max(1, torch.Size(shape).numel()))
    result = None
    for start in range(0, shape[0], rows):
        mean = _mean(name, checkpoints, [piece[start : start + rows] for piece in slices])
        result = mean.new_empty(shape) if result is None else result
        result[start : start + rows] = mean
    assert result is not None
    return result


def _mean(
    name: str, checkpoints: Sequence[Checkpoint], tensors: Sequence[torch.Tensor]
) -> torch.Tensor:
    first = tensors[0]
    types = {tensor.dtype for tensor in tensors}
    different = [
        place
        for place, tensor in enumerate(tensors)
        if len(types) > 1 or not torch.equal(tensor, first)
    ]
    if not different:
        return first.clone()
    if not all(kind.is_floating_point for kind in types):
        raise BadValue(
            f"adaptation.average: {name} holds {first.dtype} and differs between "
            f"{checkpoints[0].folder} and {checkpoints[different[-1]].folder}"
        )
    # the order of the sum depends on the content, so that it does not depend on that of the models
    ordered = sorted(tensors, key=_bytes)
    mean = ordered[0].double()
    for tensor in ordered[1:]:
        mean += tensor
    mean /= len(ordered)
    if not torch.isfinite(mean).all():
        place = next(p for p, tensor in enumerate(tensors) if not torch.isfinite(tensor).all())
        raise BadValue(f"adaptation.average: {name} is not finite in {checkpoints[place].folder}")
    return mean.to(first.dtype)


def _bytes(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
