"""Where a model's head begins, and what it is given: heads on bodies that stand still learn from that."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from calque.models.batches import Windows, buckets, collate


def first_reader(model: Any) -> nn.Linear | None:
    """The linear layer that reads the body's last states, wherever the architecture keeps it.

    Found by looking at what each layer is given: in BERT the pooler is part of the body. None where
    something else comes between.
    """
    calls: list[tuple[Any, torch.Tensor]] = []
    states: list[torch.Tensor] = []
    hooks = [
        module.register_forward_hook(lambda module, given, _: calls.append((module, given[0])))
        for module in model.modules()
        if isinstance(module, nn.Linear)
    ]
    hooks.append(
        model.base_model.register_forward_hook(
            lambda _module, _given, made: states.append(made.last_hidden_state)
        )
    )
    place = next(model.parameters()).device
    # a single piece: whether the head takes the first, the last or the mean, it is this one's state
    piece = torch.full((1, 1), model.config.vocab_size - 1, device=place)
    try:
        with torch.inference_mode():
            model(input_ids=piece, attention_mask=torch.ones_like(piece))
    except (IndexError, ValueError):  # heads of encoder-decoders look for an end
        return None
    finally:
        for hook in hooks:
            hook.remove()
    wanted = states[0].reshape(-1)
    for layer, given in calls:
        if given.numel() == wanted.numel() and torch.equal(given.reshape(-1), wanted):
            return layer
    return None


@contextmanager
def reading(reader: nn.Linear, states: torch.Tensor) -> Iterator[None]:
    """Let the layer read these states [b, d], whatever the body makes of its own input."""
    hook = reader.register_forward_pre_hook(
        lambda _, was: (states.to(was[0].dtype), *was[1:]),
        prepend=True,  # other hooks change what is read
    )
    try:
        yield
    finally:
        hook.remove()


class Still(NamedTuple):
    """The head's first layer, and what it is given of every window, [w, d], as long as the body stands still."""

    reader: nn.Linear
    states: torch.Tensor


def read_once(model: Any, windows: Windows, tokens: int = 8192) -> Still | None:
    """Read every window, if what the head is given of it cannot change.

    None where what trains (`requires_grad`) changes it, or where the head reads more than one state
    of a window. The body reads without dropout.
    """
    reader = first_reader(model)
    if reader is None or not len(windows.ids):
        return None
    place = next(model.parameters()).device
    mode = model.training
    model.eval()
    found: list[torch.Tensor] = []
    hook = reader.register_forward_pre_hook(lambda _, was: found.append(was[0]), prepend=True)
    states: torch.Tensor | None = None
    probe = np.array([windows.lengths.argmin()])  # says cheaply whether there is anything to keep
    try:
        for rows in [probe, *buckets(windows.lengths, tokens=tokens)]:
            inputs = {name: value.to(place) for name, value in collate(windows, rows).items()}
            model(**inputs)
            read = found.pop()
            if read.requires_grad or read.ndim != 2 or len(read) != len(rows):
                return None
            if states is None:
                states = read.new_zeros(len(windows.ids), read.shape[1], device="cpu")
            states[torch.from_numpy(rows)] = read.detach().cpu()
    finally:
        hook.remove()
        model.train(mode)
    return None if states is None else Still(reader, states)
