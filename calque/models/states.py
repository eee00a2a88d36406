"""Hidden states of a layer, pooled into rows; the forward pass stops at the layer asked for."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch

from calque.errors import BadSetting, BadValue
from calque.models.batches import Windows, buckets, collate, encode, longest
from calque.models.folder import device, open_tokenizer
from calque.models.inserted import inserted
from calque.models.layers import layer_count, layers_of
from calque.models.patched import open_patched
from calque.values import Checkpoint, Patch

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


class _Reached(Exception):
    """Carries the states out of the forward pass that needs to go no further."""

    def __init__(self, states: torch.Tensor):
        super().__init__()
        self.states = states


Encoder: TypeAlias = "tuple[PreTrainedModel, PreTrainedTokenizerFast, int]"


def open_encoder(checkpoint: Checkpoint, patch: Patch | None = None) -> Encoder:
    """The body on the device where inference runs, its tokenizer, and the most pieces that it takes."""
    model: Any = open_patched(checkpoint, patch, "encoder")
    tokenizer = open_tokenizer(checkpoint)
    return model.to(device()), tokenizer, longest(model, tokenizer)


def batch_pieces(tokens: int | None) -> int:
    """Pieces of a batch where none are asked for: few on a CPU, for its cache, many on a GPU."""
    return tokens if tokens is not None else 1024 if device().type == "cpu" else 65536


def pooled(
    model: "PreTrainedModel",
    windows: Windows,
    rows: list[np.ndarray],
    shares: list[np.ndarray],
    *,
    layer: int | Sequence[int],
    tokens: int | None,
) -> Iterator[tuple[int, np.ndarray]]:
    """Weighted sums of the states of each window, computed in batches of similar length.

    rows:   per window, the row of the result that each piece counts for [l]; -1 for none
    shares: per window, the weight with which it counts [l]
    layer:  as `layer_states`; of several, d is the width of all side by side
    tokens: most pieces of a batch, padding included; None for what suits the device

    Yields (window, sums [m, d] in float32), where m is the window's highest row and one; in no
    particular order.
    """
    place = next(model.parameters()).device
    for batch in buckets(windows.lengths, tokens=batch_pieces(tokens)):
        inputs = {name: tensor.to(place) for name, tensor in collate(windows, batch).items()}
        width = inputs["input_ids"].shape[1]
        counts = [int(rows[window].max(initial=-1)) + 1 for window in batch]
        weights = np.zeros((len(batch), max(counts), width), dtype=np.float32)
        for at, window in enumerate(batch):
            used = np.flatnonzero(rows[window] >= 0)
            weights[at, rows[window][used], used] = shares[window][used]
        if not max(counts):
            continue  # nothing but texts without any piece
        with torch.inference_mode():
            padding = inputs["attention_mask"][:, :, None] == 0
            states = _states(model, inputs, layer).float().masked_fill(padding, 0)
            sums = torch.bmm(torch.from_numpy(weights).to(place), states).cpu().numpy()
        if not np.isfinite(sums).all():
            raise BadValue(
                f"{model.config.model_type} model: states are not finite; are its weights?"
            )
        for at, window in enumerate(batch):
            yield int(window), sums[at, : counts[at]]


def shares_of(windows: Windows) -> list[np.ndarray]:
    """Per window, the weight of each piece [l] so that every piece of an input counts once in all.

    A piece that two windows cover counts half in each; a special piece, which every window has,
    counts one over the number of windows.
    """
    many = np.bincount(windows.owner, minlength=windows.inputs)
    shares, start = [], 0
    while start < len(windows):
        count = int(many[windows.owner[start]])
        group = range(start, start + count)
        positions = [windows.positions(window) for window in group]
        ordinary = np.concatenate(positions)
        cover = np.bincount(ordinary[ordinary >= 0], minlength=1)
        for where in positions:
            shares.append(np.where(where < 0, 1 / count, 1 / np.maximum(cover[where], 1)))
        start += count
    return shares


def _states(
    model: "PreTrainedModel", inputs: dict[str, Any], layer: int | Sequence[int]
) -> torch.Tensor:
    if isinstance(layer, int):
        return layer_states(model, inputs, layer)
    found = model(**inputs, output_hidden_states=True)
    # some families leave the closing normalization out of the last entry
    every = (*found.hidden_states[:-1], found.last_hidden_state)
    return torch.cat([every[one] for one in layer], dim=-1)


def layer_states(model: "PreTrainedModel", inputs: dict[str, Any], layer: int) -> torch.Tensor:
    """States [b, l, d] behind a layer, equal to `hidden_states[layer]` of the whole forward pass.

    layer: 0 is the embeddings, k the k-th layer, the last one (or -1) the model's final output,
           behind its closing normalization where it has one
    """
    layers, count = layers_of(model), layer_count(model)
    if not -count - 1 <= layer <= count:
        raise BadSetting(f"models: layer {layer} of a model with {count} layers; give 0 to {count}")
    layer = layer % (count + 1)
    if layer == count:
        return model(**inputs).last_hidden_state
    if layers is None:
        return model(**inputs, output_hidden_states=True).hidden_states[layer]

    def stop(_module, args, kwargs):
        raise _Reached(args[0] if args else kwargs["hidden_states"])

    handle = layers[layer].register_forward_pre_hook(stop, with_kwargs=True)
    try:
        model(**inputs)
    except _Reached as reached:
        own = inserted(model)
        return reached.states if own is None else reached.states[:, own.skipped :]
    finally:
        handle.remove()
    raise RuntimeError(f"{type(model).__name__}: layer {layer} was never called")


@contextlib.contextmanager
def overheard(model: "PreTrainedModel", layer: int | None) -> Iterator[list[torch.Tensor]]:
    """The states [b, l, d] behind a layer, of each whole forward pass inside; as `layer_states`.

    layer: from 0, the last one included; None to listen to nothing
    """
    heard: list[torch.Tensor] = []

    def ask(_module, args, kwargs):
        return args, kwargs | {"output_hidden_states": True}

    def listen(_module, _args, output):
        # some families leave the closing normalization out of the last entry
        last = layer == layer_count(model)
        heard.append(output.last_hidden_state if last else output.hidden_states[layer])

    handles = []
    if layer is not None:
        handles.append(model.register_forward_pre_hook(ask, with_kwargs=True))
        handles.append(model.register_forward_hook(listen))
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()


def layer_vectors(encoder: Encoder, texts: list[str], tokens: int | None) -> np.ndarray:
    """Mean states of texts behind every layer, special pieces left out: [n, layers + 1, d] of length 1.

    A text without pieces has zeros. Layer 0 is the embeddings.
    """
    model, tokenizer, maximum = encoder
    layers = range(layer_count(model) + 1)
    windows = encode(tokenizer, texts, maximum=maximum, report=False)
    rows = [np.where(words >= 0, 0, -1) for words in windows.words]
    sums = np.zeros((len(texts), len(layers), model.config.hidden_size), dtype=np.float32)
    shares = shares_of(windows)
    for window, states in pooled(model, windows, rows, shares, layer=layers, tokens=tokens):
        if len(states):
            sums[windows.owner[window]] += states[0].reshape(sums.shape[1:])
    lengths = np.linalg.norm(sums, axis=2, keepdims=True)
    return sums / np.where(lengths > 0, lengths, 1)
