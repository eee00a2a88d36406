"""A base with a patch on it, as an ordinary model folder.

Source: Ilharco et al. 2023, section 2, https://arxiv.org/abs/2212.04089; Ansell et al. 2022, "Composable
Sparse Fine-Tuning for Cross-Lingual Transfer", section 4.1, https://aclanthology.org/2022.acl-long.125
"""

import json
from collections.abc import Iterator
from typing import Any

import torch

from calque.adaptation.undone import UNDO, Undo
from calque.errors import BadValue
from calque.maths.differences import total
from calque.roles import part
from calque.values import Checkpoint, Patch
from calque.values.patch import resolve
from calque.values.weights import Weights, blocks, header_of, tensors_in, write_model


@part(paper="ansell-etal-2022-composable")
def apply(checkpoint: Checkpoint, patch: Patch) -> Checkpoint:
    """Add a patch to its base: a folder that `transformers` loads, with the patch's head and labels.

    Numbers are added in float64 and rounded once to the type that the base has them in. What rounding loses
    is kept below `undo/`, so that `adaptation.revert` gives the base back bit for bit. Memory holds one
    tensor with its difference.

    checkpoint: the model that the patch was made on, or one that has the same numbers in the tensors that
                are changed
    patch:      without modules: no plain folder has a place for those
    """
    modules = [entry for entry in patch.entries if entry.kind == "module"]
    if modules:
        raise BadValue(
            f"adaptation.apply: the patch has {len(modules)} modules ({modules[0].facts['what']} at "
            f"'{modules[0].name}'), which a plain model folder has no place for"
        )
    weights = Weights(checkpoint)
    changed = _changed(weights, patch)
    whole = {entry.name: entry for entry in patch.entries if entry.kind == "whole"}
    outer = patch.head.outer
    if outer and any(name.startswith(outer) for name in weights):
        outer = ""
    names = {
        name if name in whole else outer + name: name
        for name in weights
        if name not in patch.head.dropped or name in whole
    }
    headers = _headers(
        weights, names, {n: patch.read(e).tensors["value"] for n, e in whole.items()}
    )
    undo = Undo(weights, patch)

    def make(name: str) -> Iterator[torch.Tensor]:
        if name in whole:
            yield patch.read(whole[name]).tensors["value"]
            return
        own = names[name]
        if own not in changed:
            yield weights.read(own)
            return
        terms, place = patch.terms(changed[own]), weights.places[own]
        for start, stop in blocks(place.shape):
            before = weights.numbers(own, start, stop)
            after = total(terms, place.shape, start, stop, before).to(place.kind)
            if not after.isfinite().all():
                raise BadValue(f"adaptation.apply: {own} leaves what {place.kind} can hold")
            again = after.double() - total(terms, place.shape, start, stop)
            undo.look(own, start, before, again.to(place.kind))
            yield after

    config = checkpoint.config | {k: v for k, v in patch.head.config.items() if v is not None}
    config = {k: v for k, v in config.items() if patch.head.config.get(k, v) is not None}
    texts = {}
    if config != checkpoint.config:
        texts["config.json"] = json.dumps(config, ensure_ascii=False, indent=2) + "\n"
    index = checkpoint.folder / "model.safetensors.index.json"
    if index.is_file() and {*names, *whole} != {*weights}:
        texts[index.name] = _index(headers)
    made = write_model(checkpoint, headers, make, texts=texts)
    undo.write(
        made.folder / UNDO, changed, {old: new for new, old in names.items() if new not in whole}
    )
    return made


def _changed(weights: Weights, patch: Patch) -> dict[str, str]:
    """The patch's name for each tensor of the model that is changed; tied tensors change together."""
    found = {place: name for name, place in resolve(patch, weights).items()}
    if not weights.checkpoint.config.get("tie_word_embeddings", True):
        return found
    shapes = {weights.places[name].shape for name in found}
    alike: dict[str, list[str]] = {}
    for name, place in weights.places.items():
        if len(place.shape) == 2 and place.shape in shapes:
            alike.setdefault(weights.digest(name), []).append(name)
    for names in alike.values():
        for one in [name for name in names if name in found]:
            for other in [name for name in names if name not in found]:
                if torch.equal(weights.read(one), weights.read(other)):
                    found[other] = found[one]
    return found


def _headers(
    weights: Weights, names: dict[str, str], whole: dict[str, torch.Tensor]
) -> dict[str, str]:
    """The base's own for each file whose tensors keep names, types and shapes."""
    before: dict[str, dict[str, Any]] = {file: {} for file in weights.headers}
    for name, place in weights.places.items():
        before[place.file.name][name] = (place.kind, place.shape)
    after: dict[str, dict[str, Any]] = {file: {} for file in weights.headers}
    for name, old in names.items():
        place = weights.places[old]
        after[place.file.name][name] = (place.kind, place.shape)
    for name, tensor in whole.items():
        file = weights.places[name].file.name if name in weights else max(after)
        after[file][name] = (tensor.dtype, tuple(tensor.shape))
    return {
        file: weights.headers[file] if facts == before[file] else header_of(facts)
        for file, facts in after.items()
    }


def _index(headers: dict[str, str]) -> str:
    tensors = {file: tensors_in(header) for file, header in headers.items()}
    size = sum(
        max((t["data_offsets"][1] for t in own.values()), default=0) for own in tensors.values()
    )
    places = {name: file for file, own in tensors.items() for name in own}
    return json.dumps({"metadata": {"total_size": size}, "weight_map": places}, indent=2) + "\n"
