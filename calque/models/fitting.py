"""What trains of a model, as patchers decide; and what it has learned, as a patch."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize

from calque.errors import BadSetting, BadValue
from calque.models.inserted import Inserted, inserted
from calque.models.layers import every_layer, halves
from calque.models.lowrank import Difference, Factor
from calque.models.patching import as_patch, put_on
from calque.values import Checkpoint, Patch
from calque.values.between import other_tensors
from calque.values.outline import Outline, Planned
from calque.values.patch import Piece, write_patch
from calque.values.weights import Weights, resolved

Patcher = Callable[[Outline], list[Planned]]


def outline(model: Any) -> Outline:
    """Names and shapes of a model, for patchers."""
    names = {id(module): name for name, module in model.named_modules()}
    body, config = model.base_model, model.config
    layers = [names[id(layer)] for layer in every_layer(body)]
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    takes = Inserted.takes_cache(body)
    return Outline(
        {name: tuple(own.shape) for name, own in model.named_parameters()},
        tuple(layers),
        tuple(_closing(model, layer) for layer in layers),
        names[id(body.get_input_embeddings())],
        config.hidden_size,
        heads if takes else 0,
        getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads,
        tuple(f"{names[id(m)]}.weight" for m in model.modules() if type(m).__name__ == "Conv1D"),
    )


def _closing(model: Any, layer: str) -> str:
    """The normalization that gives a layer's output, found by looking at what each gives."""
    made: dict[str, torch.Tensor] = {}
    outputs: list[Any] = []
    outer = model.get_submodule(layer)
    hooks = [
        module.register_forward_hook(lambda _m, _g, out, name=name: made.update({name: out}))
        for name, module in outer.named_modules()
        if "norm" in type(module).__name__.lower()
    ]
    hooks.append(outer.register_forward_hook(lambda _m, _g, out: outputs.append(out)))
    piece = torch.zeros(1, 1, dtype=torch.long, device=next(model.parameters()).device)
    written = {} if halves(model.base_model) is None else {"decoder_input_ids": piece}
    try:
        with torch.inference_mode():
            model.base_model(input_ids=piece, attention_mask=torch.ones_like(piece), **written)
    finally:
        for hook in hooks:
            hook.remove()
    last = outputs[0][0] if isinstance(outputs[0], tuple) else outputs[0]
    return next((f"{layer}.{name}" for name, out in made.items() if out is last), "")


class Fitting:
    """A model that learns what patchers decide, on top of a patch that stands still.

    patchers: each decides on something else
    beneath:  a patch that is on the model while it learns, and no part of what is learned
    seed:     draws what begins at random
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        model: Any,
        patchers: Sequence[Patcher],
        beneath: Patch | None,
        seed: int,
    ):
        self.checkpoint, self.model = checkpoint, model
        self.off = (lambda: None) if beneath is None else put_on(model, checkpoint, beneath)
        if beneath is not None:
            put_modules(checkpoint, model, beneath)
        seen = outline(model)
        planned = [each for patcher in patchers for each in patcher(seen)]
        if not planned:
            raise BadSetting("models: no patcher is given, so nothing would train")
        self.planned = planned
        self.own: list[tuple[Planned, nn.Module]] = []
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for each in planned:
                self._begin(each)

    def _begin(self, each: Planned) -> None:
        model: Any = self.model
        if each.kind == "module":
            module = (inserted(model) or Inserted(model)).put(model, each.name, each.facts)
            self.own.append((each, module))
        elif each.kind in ("low_rank", "factor"):
            owner, _, name = each.name.rpartition(".")
            weight = model.get_parameter(each.name)
            module = (
                Difference(weight, each.facts["rank"], each.facts["scale"])
                if each.kind == "low_rank"
                else Factor(weight, each.facts["axis"])
            )
            parametrize.register_parametrization(model.get_submodule(owner), name, module)
            self.own.append((each, module))

    @property
    def trains(self) -> list[str]:
        """Patterns of the names of the parameters that train."""
        known = {id(module) for _, module in self.own}
        names = [each.name for each in self.planned if each.kind == "dense"]
        for name, module in self.model.named_modules():
            if id(module) in known:
                names += [f"{name}.{own}" for own, _ in module.named_parameters()]
        return [rf"(^|\.){re.escape(name)}$" for name in names]

    def patch(self, tokenizer: Any) -> Patch:
        """What was learned, with every other tensor that changed (a head); the model is a plain one again."""
        weights, pieces = Weights(self.checkpoint), []
        for each, module in self.own:
            tensors = {name: p.detach().clone() for name, p in module.named_parameters()}
            owner, _, name = each.name.rpartition(".")
            if each.kind == "module":
                place = base_name(each.name, self.model, weights)
                pieces.append(Piece(place, "module", (), tensors, each.facts))
                continue
            holder = self.model.get_submodule(owner)
            folded = each.kind == "factor"
            parametrize.remove_parametrizations(holder, name, leave_parametrized=folded)
            if each.kind == "low_rank":
                place = resolved(each.name, weights.places)
                assert place is not None
                scale = torch.full((each.facts["rank"],), each.facts["scale"], dtype=torch.float64)
                shape = weights.places[place].shape
                pieces.append(Piece(place, "low_rank", shape, tensors | {"scale": scale}))
        everything = inserted(self.model)
        if everything is not None:
            everything.off(self.model)
        self.off()
        rest = as_patch(self.checkpoint, self.model, tokenizer, {})
        return write_patch(rest.head, (*map(rest.read, rest.entries), *pieces))


def base_name(place: str, model: Any, weights: Weights) -> str:
    """A place within the model by the name that the base has for it."""
    if not place:
        return ""
    under = next(name for name, _ in model.get_submodule(place).named_parameters())
    found = resolved(f"{place}.{under}", weights.places)
    return place if found is None else found.removesuffix(f".{under}")


def put_modules(checkpoint: Checkpoint, model: Any, patch: Patch) -> None:
    """Put a patch's modules between the layers, where they stand still; BadValue where the base is another."""
    entries = [entry for entry in patch.entries if entry.kind == "module"]
    for name in other_tensors(patch, Weights(checkpoint)) if entries else ():
        raise BadValue(
            f"the patch was made on '{patch.head.base}', and {checkpoint.folder} holds other numbers in {name}"
        )
    names = [name for name, _ in model.named_modules()]
    for entry in entries:
        place = resolved(entry.name, names)
        if place is None:
            raise BadValue(f"models: {checkpoint.folder} has no place '{entry.name}'")
        piece = patch.read(entry)
        facts = dict(piece.facts)
        if facts["what"] == "prompt":
            facts["width"] = piece.tensors["vectors"].shape[1]
        module = (inserted(model) or Inserted(model)).put(model, place, facts)
        module.load_state_dict(piece.tensors)
        module.requires_grad_(False)
