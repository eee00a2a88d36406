"""A task expert with the outer layers of a language expert.

Source: Bandarkar et al. 2025, "Layer Swapping for Zero-Shot Cross-Lingual Transfer in Large Language
Models", section 3.3, https://arxiv.org/abs/2410.01335
"""

from collections.abc import Iterator

import torch

from calque.errors import BadValue
from calque.roles import part
from calque.values import Checkpoint, Table
from calque.values.between import relation
from calque.values.weights import Weights, layer_of, write_model

_WHAT = "adaptation.swap_layers"


@part(paper="layer-swapping")
def swap_layers(task: Checkpoint, language: Checkpoint, plan: Table) -> Checkpoint:
    """Build a model of two experts, layer by layer; what is not a mean is one expert's, bit for bit.

    Embeddings, final norm and a language model's head come from the language expert, so that tied ones stay
    tied; the head of a task, with the pooler that it reads, from the task expert, and so do all settings.

    task:     gives the middle, its head, configuration and tokenizer
    language: of the same shape and vocabulary, made of the same base
    plan:     of `adaptation.layer_plan`
    """
    sources = {row["layer"]: row["source"] for row in plan}
    weights, other = Weights(task), Weights(language)
    places = relation(weights, other, _WHAT, known=False).places
    theirs = {place: name for name, place in places.items() if place is not None}
    lost = {layer for name in weights if (layer := layer_of(name)) is not None} ^ {*sources}
    if lost:
        raise BadValue(
            f"{_WHAT}: layer {min(lost)} is in the plan alone, or in {task.folder} alone"
        )

    def make(name: str) -> Iterator[torch.Tensor]:
        layer = layer_of(name)
        source = "language" if layer is None else sources[layer]
        if layer is None and (name not in theirs or "pooler" in name):
            source = "task"
        if source != "task" and name not in theirs:
            raise BadValue(f"{_WHAT}: {language.folder} has no {name} of the same shape")
        if source == "task":
            yield weights.numbers(name)
        elif source == "language":
            yield other.numbers(theirs[name]).to(weights.places[name].kind)
        else:
            one, two = weights.numbers(name), other.numbers(theirs[name])
            yield ((one.double() + two.double()) / 2).to(one.dtype)

    return write_model(task, weights.headers, make)
