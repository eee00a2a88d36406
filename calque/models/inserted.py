"""Modules between a body's layers: what they compute, and the hooks by which the body meets them."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from calque.errors import BadValue
from calque.models.layers import layers_of

NAME = "inserted"  # of the body's child that holds what was put into it


class Bottleneck(nn.Module):
    """What is added to states: up · relu(down · state)."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        self.down = nn.Linear(facts["width"], facts["inner"])
        self.up = nn.Linear(facts["inner"], facts["width"])
        _draw(self)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """What is added to each state."""
        return self.up(F.relu(self.down(states)))


class Invertible(nn.Module):
    """A coupling of the halves of each state, and the way back."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        half, inner = facts["width"] // 2, facts["inner"]
        self.first = nn.Sequential(nn.Linear(half, inner), nn.ReLU(), nn.Linear(inner, half))
        self.second = nn.Sequential(nn.Linear(half, inner), nn.ReLU(), nn.Linear(inner, half))
        _draw(self)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Each state with both halves moved."""
        one, two = states.chunk(2, dim=-1)
        one = one + self.first(two)
        return torch.cat([one, two + self.second(one)], dim=-1)

    def back(self, states: torch.Tensor) -> torch.Tensor:
        """What `forward` makes these states of."""
        one, two = states.chunk(2, dim=-1)
        two = two - self.second(one)
        return torch.cat([one - self.first(two), two], dim=-1)


class Prompt(nn.Module):
    """Vectors [count, d] before every text."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        self.vectors = nn.Parameter(torch.empty(facts["count"], facts["width"]).uniform_(-0.5, 0.5))


class Prefix(nn.Module):
    """Keys and values [layers, heads, count, size] that every layer attends to."""

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        shape = tuple(facts[name] for name in ("layers", "heads", "count", "size"))
        self.keys, self.values = (nn.Parameter(torch.randn(shape) * 0.02) for _ in range(2))


class Experts(nn.Module):
    """Low-rank differences of a matrix, mixed for each text by what its first piece says.

    down: [k, rank, columns]; up: [k, rows, rank], zero at first; router: [k, columns]
    """

    def __init__(self, facts: Mapping[str, Any]):
        super().__init__()
        count, rank, rows, columns = (facts[n] for n in ("count", "rank", "rows", "columns"))
        self.scale = facts["scale"]
        self.down = nn.Parameter(torch.randn(count, rank, columns) / columns**0.5)
        self.up = nn.Parameter(torch.zeros(count, rows, rank))
        self.router = nn.Parameter(torch.randn(count, columns) / columns**0.5)

    def shares(self, states: torch.Tensor) -> torch.Tensor:
        """How much of each expert every text gets: [b, k]."""
        return (states[:, 0] @ self.router.T).softmax(dim=-1)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """What is added to what the matrix gives of these states."""
        count, rank, _ = self.down.shape
        inner = (
            states @ self.down.flatten(0, 1).T
        )  # of all experts side by side: two products in all
        weights = self.scale * self.shares(states).repeat_interleave(rank, dim=1)
        up = self.up.transpose(0, 1).reshape(-1, count * rank)
        return (inner * weights[:, None]) @ up.T


KINDS = {
    "bottleneck": Bottleneck,
    "experts": Experts,
    "invertible": Invertible,
    "prompt": Prompt,
    "prefix": Prefix,
}


def _draw(module: nn.Module) -> None:
    for parameter in module.parameters():
        nn.init.normal_(parameter, 0.0, 0.02) if parameter.dim() > 1 else nn.init.zeros_(parameter)


class Inserted(nn.Module):
    """What was put into a body, in order; a child of the body, so that it moves and trains with it.

    model: with any head; its own forward passes are left as they are, hooks do the rest
    """

    def __init__(self, model: Any):
        super().__init__()
        self.at: dict[str, list[Any]] = {}
        self.handles: list[Any] = []
        self.placed: list[tuple[str, dict[str, Any], nn.Module]] = []
        body, output = model.base_model, model.get_output_embeddings()
        self.takes = inspect.signature(body.forward)
        self.handles.append(body.register_forward_pre_hook(self._before, with_kwargs=True))
        self.handles.append(body.register_forward_hook(self._behind))
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
        """Whether keys and values can be given to a body from outside."""
        return "past_key_values" in inspect.signature(body.forward).parameters

    @property
    def skipped(self) -> int:
        """Places before the text's own in what layers give."""
        return sum(len(module.vectors) for module in self.at.get("prompt", []))

    @property
    def room(self) -> int:
        """Pieces less that fit into the model's length."""
        return self.skipped + sum(module.keys.shape[2] for module in self.at.get("prefix", []))

    def back(self, states: torch.Tensor) -> torch.Tensor:
        """States as they are to be compared with rows of pieces."""
        for module in reversed(self.at.get("invertible", [])):
            states = module.back(states)
        return states

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
        if not prompts and not prefixes:
            return None
        given = dict(self.takes.bind_partial(*args, **kwargs).arguments)
        given |= given.pop("kwargs", {})
        given = {name: value for name, value in given.items() if value is not None}
        ids = given.get("input_ids", given.get("inputs_embeds"))
        assert ids is not None
        batch, length = ids.shape[:2]
        mask = given.get("attention_mask", ids.new_ones(batch, length, dtype=torch.long))
        if prompts:
            rows = given.get("inputs_embeds")
            rows = body.get_input_embeddings()(given.pop("input_ids")) if rows is None else rows
            ahead = torch.cat([module.vectors for module in prompts]).to(rows.dtype)
            given["inputs_embeds"] = torch.cat([ahead.expand(batch, -1, -1), rows], dim=1)
            if "token_type_ids" in given:
                given["token_type_ids"] = F.pad(given["token_type_ids"], (len(ahead), 0))
        if prefixes:
            given["past_key_values"] = _cache(prefixes, batch)
        given["attention_mask"] = F.pad(mask, (self.room, 0), value=1)
        return (), given

    def _behind(self, _body: Any, _given: Any, output: Any) -> Any:
        if self.skipped:
            output.last_hidden_state = output.last_hidden_state[:, self.skipped :]
            if output.get("hidden_states") is not None:
                output.hidden_states = tuple(s[:, self.skipped :] for s in output.hidden_states)
        return output


def _cache(prefixes: list[Any], batch: int) -> Any:
    from transformers import DynamicCache

    cache = DynamicCache()
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
