"""Modules between a body's layers: the hooks by which the body meets them."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models.layers import halves, layers_of
from calque.models.modules import KINDS

NAME = "inserted"  # of the body's child that holds what was put into it


class Inserted(nn.Module):
    """What was put into a body, in order; a child of the body, so that it moves and trains with it.

    model: with any head; its own forward passes are left as they are, hooks do the rest
    """

    def __init__(self, model: Any):
        super().__init__()
        self.at: dict[str, list[Any]] = {}
        self.handles: list[Any] = []
        self.placed: list[tuple[str, dict[str, Any], nn.Module]] = []
        self.ahead = 0  # places that the pass which is going on has before the text's own
        body, output = model.base_model, model.get_output_embeddings()
        two = halves(body)
        self.writes = two is not None
        reads = body if two is None else two[0]
        self.takes = inspect.signature(reads.forward)
        self.handles.append(reads.register_forward_pre_hook(self._before, with_kwargs=True))
        if two is None:
            self.handles.append(body.register_forward_hook(self._behind))
        else:  # what writes looks at the states of prompts, too
            self.handles.append(two[1].register_forward_pre_hook(self._crossed, with_kwargs=True))
        if output is not None:
            self.handles.append(output.register_forward_pre_hook(self._output))
        body.add_module(NAME, self)

    def put(self, model: Any, name: str, facts: dict[str, Any]) -> nn.Module:
        """A new module at a place (a name within the model, "" for the whole body)."""
        what, body = facts["what"], model.base_model
        if what not in KINDS:
            raise BadValue(f"models: no module '{what}'; there are: {', '.join(KINDS)}")
        module = KINDS[what](facts)
        key = f"{what} {name}" if what in ("bottleneck", "experts") else what
        if key not in self.at and what == "bottleneck":
            hook = self._closing(key) if facts["closing"] else self._layer(key)
            self.handles.append(model.get_submodule(name).register_forward_hook(hook))
        if key not in self.at and what == "experts":
            matrix = model.get_submodule(name)
            if not isinstance(matrix, nn.Linear):
                raise BadValue(
                    f"models: '{name}' is a {type(matrix).__name__}; experts stand beside a Linear"
                )
            self.handles.append(matrix.register_forward_hook(self._beside(key)))
        if key not in self.at and what == "invertible":
            stack = layers_of(body)
            if self.writes:
                raise BadValue(
                    "models: an invertible module stands at both ends of one stack; this model reads in one and writes in another"
                )
            if stack is None:
                raise BadValue("models: the layers share their weights; nothing stands before one")
            hook = stack[0].register_forward_pre_hook(self._embedded, with_kwargs=True)
            self.handles.append(hook)
        if what == "prefix" and not self.takes_cache(body):
            raise BadValue(f"models: {type(body).__name__} takes no keys and values from outside")
        self.at.setdefault(key, []).append(module)
        self.add_module(f"{what}_{len(self.placed)}", module)
        self.placed.append((name, facts, module))
        return module

    @staticmethod
    def takes_cache(body: Any) -> bool:
        """Whether keys and values can be given to a body from outside, for all of its layers."""
        takes = inspect.signature(body.forward).parameters
        return "past_key_values" in takes and halves(body) is None

    @property
    def skipped(self) -> int:
        """Places before the text's own in what layers give."""
        return sum(len(module.vectors) for module in self.at.get("prompt", []))

    @property
    def room(self) -> int:
        """Pieces less that fit into the model's length."""
        return self.skipped + sum(module.keys.shape[2] for module in self.at.get("prefix", []))

    def left(self, pieces: int) -> int:
        """How many pieces of text fit into a model of so many."""
        if self.room >= pieces:
            raise BadSetting(
                f"models: {self.room} prompts leave no room for text in a model of {pieces} pieces"
            )
        return pieces - self.room

    def back(self, states: torch.Tensor) -> torch.Tensor:
        """States as they are to be compared with rows of pieces."""
        for module in reversed(self.at.get("invertible", [])):
            states = module.back(states)
        return states

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within, the model reads as it would without what was put in."""
        held, self.at = self.at, {key: [] for key in self.at}
        try:
            yield
        finally:
            self.at = held

    def off(self, model: Any) -> None:
        """Leave the model as it was."""
        for handle in self.handles:
            handle.remove()
        delattr(model.base_model, NAME)

    def _closing(self, key: str) -> Any:
        def hook(norm: Any, given: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
            states = given[0]
            for module in self.at[key]:
                states = states + module(output)
                output = norm.forward(states)  # a call would run this hook again
            return output

        return hook

    def _beside(self, key: str) -> Any:
        def hook(_matrix: Any, given: tuple[torch.Tensor, ...], output: torch.Tensor) -> Any:
            if given[0].dim() != 3:  # some bodies put all texts of a batch behind each other
                raise BadValue("models: experts need states of texts [b, l, d], one row each")
            return output + sum(module(given[0]) for module in self.at[key])

        return hook

    def _layer(self, key: str) -> Any:
        def hook(_layer: Any, _given: Any, output: Any) -> Any:
            states = output[0] if isinstance(output, tuple) else output
            for module in self.at[key]:
                states = states + module(states)
            return (states, *output[1:]) if isinstance(output, tuple) else states

        return hook

    def _embedded(self, _layer: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        states = args[0] if args else kwargs["hidden_states"]
        for module in self.at["invertible"]:
            states = module(states)
        return ((states, *args[1:]), kwargs) if args else (args, kwargs | {"hidden_states": states})

    def _output(self, _output: Any, args: tuple) -> Any:
        return (self.back(args[0]), *args[1:])

    def _before(self, body: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        prompts, prefixes = self.at.get("prompt", []), self.at.get("prefix", [])
        self.ahead = 0
        if not prompts and not prefixes:
            return None
        given = dict(self.takes.bind_partial(*args, **kwargs).arguments)
        given |= given.pop("kwargs", {})
        given = {name: value for name, value in given.items() if value is not None}
        ids = given.get("input_ids", given.get("inputs_embeds"))
        assert ids is not None
        batch, length = ids.shape[:2]
        kept = given.get("past_key_values")
        if kept is not None and kept.get_seq_length():  # of a text whose beginning was read before
            return (), given | self._moved(given)
        given.setdefault("attention_mask", ids.new_ones(batch, length, dtype=torch.long))
        if prefixes:
            given["past_key_values"] = _cache(prefixes, batch, kept)
        given |= self._moved(given)
        if prompts:
            vectors = torch.cat([module.vectors for module in prompts])
            self.ahead = len(vectors)
            given |= _led(body, given, vectors)
        return (), given

    def _moved(self, given: dict[str, Any]) -> dict[str, Any]:
        """Mask and places of a text behind what stands before it."""
        found = {}
        if "attention_mask" in given:
            found["attention_mask"] = F.pad(given["attention_mask"], (self.room, 0), value=1)
        if "position_ids" in given:
            found["position_ids"] = given["position_ids"] + self.room
        return found

    def _behind(self, _body: Any, _given: Any, output: Any) -> Any:
        if self.ahead:
            output.last_hidden_state = output.last_hidden_state[:, self.ahead :]
            if output.get("hidden_states") is not None:
                output.hidden_states = tuple(s[:, self.ahead :] for s in output.hidden_states)
        return output

    def _crossed(self, _decoder: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        mask = kwargs.get("encoder_attention_mask")
        if not self.skipped or mask is None:
            return None
        return args, kwargs | {"encoder_attention_mask": F.pad(mask, (self.skipped, 0), value=1)}


def _led(body: Any, given: dict[str, Any], vectors: torch.Tensor) -> dict[str, Any]:
    """The inputs of a body with vectors [p, d] before those of the text."""
    rows, count = given.get("inputs_embeds"), len(vectors)
    if rows is None:
        # Marian enlarges the rows of pieces, not rows that are given
        rows = body.get_input_embeddings()(given["input_ids"]) * getattr(body, "embed_scale", 1.0)
    ahead = vectors.to(rows.dtype).expand(len(rows), -1, -1)
    made: dict[str, Any] = {"input_ids": None, "inputs_embeds": torch.cat([ahead, rows], dim=1)}
    if "token_type_ids" in given:
        made["token_type_ids"] = F.pad(given["token_type_ids"], (count, 0))
    if "position_ids" in given:
        first = given["attention_mask"].shape[1] - rows.shape[1] - count
        places = torch.arange(first, first + count, device=rows.device).expand(len(rows), -1)
        made["position_ids"] = torch.cat([places, given["position_ids"]], dim=1)
    return made


def _cache(prefixes: list[Any], batch: int, kept: Any) -> Any:
    """The keys and values of prefixes, in the cache that is given, or in one for this pass alone."""
    from transformers import DynamicCache

    cache = DynamicCache() if kept is None else kept
    keys, values = (
        torch.cat([getattr(module, name) for module in prefixes], dim=2)
        for name in ("keys", "values")
    )
    for layer, (key, value) in enumerate(zip(keys, values, strict=True)):
        cache.update(key.expand(batch, -1, -1, -1), value.expand(batch, -1, -1, -1), layer)
    return cache


def inserted(model: Any) -> Inserted | None:
    """What was put into a model's body; None where nothing was."""
    return getattr(model.base_model, NAME, None)
