"""A text and its translation in one encoder: apart below, together in some layers, apart above.

Source: Fang et al. 2020, "FILTER", section 3.2, https://arxiv.org/abs/2009.05166
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models.batches import Windows, collate, encode, longest
from calque.models.layers import layers_of
from calque.values import Labelled

TASKS = ("class", "pair", "tags")


@contextmanager
def fused(model: Any, layers: Sequence[int]) -> Iterator[None]:
    """Let the halves of a batch [2b, l] see each other, row i and row b + i, in some layers.

    Each half keeps its own positions; what fills up either of them stays unseen.

    layers: how many at the bottom read each half alone, and how many above them both; the rest is
            alone again
    """
    stack = layers_of(model)
    separate, together = layers
    if stack is None or min(layers) < 0 or separate + together > len(stack):
        found = 0 if stack is None else len(stack)
        raise BadSetting(
            f"models: {separate} layers apart and {together} together of the {found} that the model has"
        )
    own = list(stack)[separate : separate + together]

    def before(layer: nn.Module, given: tuple, named: dict[str, Any]) -> tuple[tuple, dict]:
        states = _beside(given[0]) if layer is own[0] else given[0]
        rest = (_both(each, states) for each in given[1:])
        return (states, *rest), {name: _both(each, states) for name, each in named.items()}

    def after(_layer: nn.Module, _given: tuple, made: Any) -> Any:
        if isinstance(made, tuple):
            return (_below(made[0]), *made[1:])
        return _below(made)

    hooks = [layer.register_forward_pre_hook(before, with_kwargs=True) for layer in own]
    hooks += [layer.register_forward_hook(after) for layer in own[-1:]]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _beside(states: torch.Tensor) -> torch.Tensor:
    return torch.cat(states.chunk(2), dim=1)


def _below(states: torch.Tensor) -> torch.Tensor:
    return torch.cat(states.chunk(2, dim=1))


def _both(given: Any, states: torch.Tensor) -> Any:
    """A mask [2b, 1, q, l] as what both halves are to both, [b, 1, q, 2l]; anything else as it is."""
    if not isinstance(given, torch.Tensor) or given.dim() != 4 or len(given) == len(states):
        return given
    keys = torch.cat(given[:, :, :1].chunk(2), dim=3)  # what is unseen is unseen to all
    return keys.expand(-1, -1, 1 if given.shape[2] == 1 else states.shape[1], -1)


def encoded(model: Any, tokenizer: Any, examples: Labelled, translations: Labelled) -> Windows:
    """Both sides cut alike: window i is example i, and n + i its translation; long ones lose their end."""
    if examples.task not in TASKS:
        raise BadSetting(f"models: cannot fuse task '{examples.task}'; it can: {', '.join(TASKS)}")
    if examples.task != translations.task or len(examples) != len(translations):
        raise BadValue(
            f"models: {len(examples)} examples of task '{examples.task}' with {len(translations)} translations "
            f"of task '{translations.task}'; row i must translate row i"
        )
    if not len(examples):
        raise BadValue("models: no examples")
    sides = (examples.table, translations.table)

    def column(name: str) -> list[Any]:
        return [each for table in sides for each in table[name].to_pylist()]

    texts = column("words" if examples.task == "tags" else "text")
    seconds = column("text_b") if examples.task == "pair" else None
    return encode(tokenizer, texts, seconds, maximum=longest(model, tokenizer), windows=False)


def inputs_of(windows: Windows, rows: np.ndarray) -> dict[str, torch.Tensor]:
    """Tensors [2b, l] of these examples and, behind them, of their translations."""
    return collate(windows, np.concatenate([rows, rows + windows.inputs // 2]))


def pair_lengths(windows: Windows) -> np.ndarray:
    """[n] pieces of the longer side of each example."""
    return windows.lengths.reshape(2, -1).max(axis=0)
