"""One model of several: the mean of their weights.

Source: Schmidt et al. 2023, "Free Lunch: Robust Cross-Lingual Transfer via Model Checkpoint Averaging",
section 2, https://arxiv.org/abs/2305.16834
"""

import json
from collections.abc import Iterator, Sequence

import torch

from calque.adaptation.weighed import shares
from calque.errors import BadValue
from calque.roles import merger
from calque.values import Checkpoint
from calque.values.weights import Weights, blocks, raw, write_model

_SAME = ("architectures", "id2label", "vocab_size", "hidden_size", "num_hidden_layers")


@merger(paper="schmidt-etal-2023-free")
def average(checkpoints: list[Checkpoint], *, weights: list[float] | None = None) -> Checkpoint:
    """Average the weights of models of one shape: snapshots of a run, or runs with one head.

    checkpoints: at least one; the same tensors, shapes, labels and vocabulary in all
    weights:     of the models, divided by their sum; None weighs all alike

    Everything but the weights is that of the first. Weights are averaged in float64, a part of a
    tensor at a time, and rounded once to the type that the first has them in. Tensors of integers
    cannot be averaged and must be equal. Memory holds a part of a tensor of each model, and the disk
    is looked at before anything is written.
    """
    if not checkpoints:
        raise BadValue("adaptation.average: no checkpoints given")
    parts = shares(weights, len(checkpoints), "adaptation.average")
    first = checkpoints[0]
    for other in checkpoints[1:]:
        _check_settings(first, other)
    read = [Weights(checkpoint) for checkpoint in checkpoints]
    for other in read[1:]:
        _check_names(read[0], other)

    def make(name: str) -> Iterator[torch.Tensor]:
        for start, stop in blocks(read[0].places[name].shape):
            yield _mean(name, read, [own.read(name, start, stop) for own in read], parts)

    return write_model(first, read[0].headers, make)


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


def _check_names(first: Weights, other: Weights) -> None:
    for one, two in ((first, other), (other, first)):
        missing = sorted({*one} - {*two})
        if missing:
            raise BadValue(
                f"adaptation.average: {two.checkpoint.folder} lacks {len(missing)} of the tensors of "
                f"{one.checkpoint.folder}, for example {missing[0]}"
            )
    for name, place in first.places.items():
        if other.places[name].shape != place.shape:
            raise BadValue(
                f"adaptation.average: {name} is {list(place.shape)} in {first.checkpoint.folder} and "
                f"{list(other.places[name].shape)} in {other.checkpoint.folder}"
            )


def _mean(
    name: str, read: Sequence[Weights], tensors: Sequence[torch.Tensor], parts: Sequence[float]
) -> torch.Tensor:
    first = tensors[0]
    types = {tensor.dtype for tensor in tensors}
    different = [
        place
        for place, tensor in enumerate(tensors)
        if len(types) > 1 or not torch.equal(tensor, first)
    ]
    if not different:
        return first
    if not all(kind.is_floating_point for kind in types):
        raise BadValue(
            f"adaptation.average: {name} holds {first.dtype} and differs between "
            f"{read[0].checkpoint.folder} and {read[different[-1]].checkpoint.folder}"
        )
    # the order of the sum depends on the content, so that it does not depend on that of the models
    ordered = sorted(zip(tensors, parts, strict=True), key=lambda pair: bytes(raw(pair[0])))
    equal = len(set(parts)) == 1
    mean = torch.zeros_like(first, dtype=torch.float64)
    for tensor, share in ordered:
        mean += tensor if equal else tensor.double() * share
    mean = mean / len(ordered) if equal else mean
    if not torch.isfinite(mean).all():
        place = next(p for p, tensor in enumerate(tensors) if not torch.isfinite(tensor).all())
        raise BadValue(
            f"adaptation.average: {name} is not finite in {read[place].checkpoint.folder}"
        )
    return mean.to(first.dtype)
