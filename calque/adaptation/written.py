"""A model made of a base: some tensors changed, some new or gone, other settings."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import torch

from calque.values import Checkpoint
from calque.values.checkpoint import PARSER, PARSER_HEAD
from calque.values.patch import Head
from calque.values.weights import Weights, header_of, tensors_in, write_model


def names_after(weights: Weights, head: Head, whole: Collection[str]) -> dict[str, str]:
    """The base's name for each tensor of the result that the base has."""
    outer = "" if any(name.startswith(head.outer) for name in weights) else head.outer
    names = {name if name in whole else outer + name: name for name in weights}
    return {n: old for n, old in names.items() if old not in head.dropped or n in whole}


def write_changed(
    weights: Weights,
    head: Head,
    whole: Mapping[str, torch.Tensor],
    make: Callable[[str], Iterable[torch.Tensor]],
) -> Checkpoint:
    """Write the result.

    weights: of the base
    head:    settings that change, tensors that go, and what names get in front
    whole:   tensors that are new or take the place of those of the base
    make:    called with the base's name of every other tensor; gives it whole or in pieces
    """
    base, names = weights.checkpoint, names_after(weights, head, whole)
    config = {n: v for n, v in (base.config | head.config).items() if head.config.get(n, v) is not None}  # fmt: skip
    headers = _headers(weights, names, whole, config)
    texts = {}
    if config != base.config:
        texts["config.json"] = json.dumps(config, ensure_ascii=False, indent=2) + "\n"
    index = base.folder / "model.safetensors.index.json"
    if index.is_file() and {*names, *whole} != {*weights}:
        texts[index.name] = _index({f: header for f, header in headers.items() if f != PARSER})
    return write_model(
        base,
        headers,
        lambda name: [whole[name]] if name in whole else make(names[name]),
        texts=texts,
    )


def _headers(
    weights: Weights,
    names: Mapping[str, str],
    whole: Mapping[str, torch.Tensor],
    config: Mapping[str, Any],
) -> dict[str, str]:
    """The base's own for each file whose tensors keep names, types and shapes.

    What is new goes into the last file, but for a parser's head.
    """
    before: dict[str, dict[str, Any]] = {file: {} for file in weights.headers}
    for name, place in weights.places.items():
        before[place.file.name][name] = (place.kind, place.shape)
    after: dict[str, dict[str, Any]] = {file: {} for file in weights.headers}
    for name, old in names.items():
        place = weights.places[old]
        after[place.file.name][name] = (place.kind, place.shape)
    last = max(file for file in after if file != PARSER)
    for name, tensor in whole.items():
        file = weights.places[name].file.name if name in weights else last
        if config.get("calque_task") == "parse" and name.startswith(PARSER_HEAD):
            file = PARSER
        after.setdefault(file, {})[name] = (tensor.dtype, tuple(tensor.shape))
    return {
        file: weights.headers[file] if facts == before.get(file) else header_of(facts)
        for file, facts in after.items()
        if facts or file != PARSER
    }


def _index(headers: Mapping[str, str]) -> str:
    tensors = {file: tensors_in(header) for file, header in headers.items()}
    ends = [
        max((t["data_offsets"][1] for t in own.values()), default=0) for own in tensors.values()
    ]
    places = {name: file for file, own in tensors.items() for name in own}
    return (
        json.dumps({"metadata": {"total_size": sum(ends)}, "weight_map": places}, indent=2) + "\n"
    )
