"""Guessing hidden pieces: what is hidden, and the head that guesses at the hidden places alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from calque.errors import BadValue
from calque.models.inserted import Inserted, inserted

FRESH = 1e-3  # rate of a head that is drawn anew
LENT = r"\blent\."  # found in the names of a lent head


@dataclass(frozen=True)
class Hiding:
    """How pieces of a batch are hidden.

    masker:   a part with the role masker
    mask:     id of the mask piece
    drawable: ids that may be put in the place of a piece
    """

    masker: Callable[..., Any]
    mask: int
    drawable: np.ndarray

    def batch(
        self, inputs: dict[str, torch.Tensor], words: np.ndarray, generator: np.random.Generator
    ) -> dict[str, Any]:
        """Inputs with pieces hidden, the places [m] of those to be guessed and what was there [m].

        words: [b, l] word of each piece; -1 where nothing is hidden
        """
        ids, seed = inputs["input_ids"].numpy(), int(generator.integers(1 << 32))
        spoiled, targets = self.masker(ids, words, self.mask, self.drawable, seed=seed)
        places = np.flatnonzero(targets != -100)
        return {
            "inputs": inputs | {"input_ids": torch.from_numpy(spoiled)},
            "places": torch.from_numpy(places),
            "targets": torch.from_numpy(targets.ravel()[places]),
        }


def hiding(tokenizer: Any, masker: Callable[..., Any], where: str) -> Hiding:
    """How this tokenizer's pieces are hidden; BadValue where it has no mask piece."""
    if tokenizer.mask_token_id is None:
        raise BadValue(f"{where}: the tokenizer of {tokenizer.name_or_path} has no mask piece")
    drawable = np.setdiff1d(np.arange(len(tokenizer)), tokenizer.all_special_ids)
    return Hiding(masker, tokenizer.mask_token_id, drawable)


def guesses(model: nn.Module, batch: dict[str, Any]) -> torch.Tensor:
    """Logits [m, v] at the hidden places, by the model's own head or one lent to it."""
    if isinstance(model, Guessing):
        return model.guess(batch["inputs"], batch["places"])
    return guess(model, batch["inputs"], batch["places"])


def guess(model: Any, inputs: dict[str, torch.Tensor], places: torch.Tensor) -> torch.Tensor:
    """Logits [m, v] of the model's masked-language head at some places only.

    places: [m] positions in the batch's pieces, counted through [b, l] row by row

    A vocabulary has tens of thousands of rows, and most of the head's work is that product.
    """

    def gather(_module: nn.Module, _args: Any, output: Any) -> Any:
        output.last_hidden_state = output.last_hidden_state.flatten(0, 1)[places][None]
        return output

    handle = model.base_model.register_forward_hook(gather)
    try:
        return model(**inputs).logits[0]
    finally:
        handle.remove()


def with_lent(learning_rate: float | dict[str, float]) -> dict[str, float]:
    """Rates by name pattern, that of a lent head before all others."""
    rates = learning_rate if isinstance(learning_rate, dict) else {"": learning_rate}
    return {LENT: FRESH} | rates


class Guessing(nn.Module):
    """A model without a masked-language head, and one that is lent to it for the training."""

    def __init__(self, model: Any):
        super().__init__()
        self.model = model
        self.lent = _Head(model)

    def guess(self, inputs: dict[str, torch.Tensor], places: torch.Tensor) -> torch.Tensor:
        """Logits [m, v] at some places only."""
        states = self.model.base_model(**inputs).last_hidden_state.flatten(0, 1)[places]
        return self.lent(states, self.model.get_input_embeddings().weight, inserted(self.model))


class _Head(nn.Module):
    def __init__(self, model: Any):
        super().__init__()
        rows, width = model.get_input_embeddings().weight.shape
        self.dense = nn.Linear(model.config.hidden_size, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(rows))
        nn.init.eye_(self.dense.weight)  # what the body gives is what is compared, to begin with
        nn.init.zeros_(self.dense.bias)

    def forward(
        self, states: torch.Tensor, embeddings: torch.Tensor, own: Inserted | None
    ) -> torch.Tensor:
        states = self.norm(F.gelu(self.dense(states)))
        return F.linear(states if own is None else own.back(states), embeddings, self.bias)


def keep_head(model: Any) -> None:
    """Let nothing but the body train."""
    body = {id(parameter) for parameter in model.base_model.parameters()}
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) in body)
