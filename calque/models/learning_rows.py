"""A frozen body that reads rows which a network makes, and what the network is told by it."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from calque.models.guessing import guess
from calque.models.hypernet import Hypernet
from calque.models.vocabulary_rows import Bare, Tables

_CLOSE = 0.5  # weight of staying close to the rows of old pieces

Batch = dict[str, Any]


class LearningRows(nn.Module):
    """The body and the network; only what is named `network` is to be trained."""

    both: torch.Tensor
    bias: torch.Tensor | None

    def __init__(self, model: Any, network: Hypernet, tables: Tables, guesses: bool):
        super().__init__()
        if guesses:  # the head's last layer has a row for each piece, and these are the network's
            model.set_output_embeddings(Bare())
        self.model, self.network = model, network
        self.register_buffer("both", tables.both, False)
        self.register_buffer("bias", tables.bias, False)

    def rows(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        """Input rows, output rows and biases of the u pieces of a batch, and how far old ones moved.

        The distance is the squared one to the row of the old piece, in the mean of the pieces that
        have a form of one, in terms of the mean length of old rows.
        """
        inputs, outputs, bias = self.network(batch["forms"], self.both, self.bias)
        own, width = batch["copied"], inputs.shape[1]
        old, same = self.both[own.clamp_min(0)], (own >= 0)[:, None]
        inputs = torch.where(same, old[:, :width], inputs)
        if bias is not None and self.bias is not None:
            bias = torch.where(same[:, 0], self.bias[own.clamp_min(0)], bias)
        if outputs is None:
            return inputs, inputs, bias
        return inputs, torch.where(same, old[:, width:], outputs), bias

    def apart(self, batch: Batch, inputs: torch.Tensor, outputs: torch.Tensor) -> torch.Tensor:
        """How far rows of old pieces moved, weighted."""
        one = (batch["forms"] >= 0).sum(dim=1) == 1
        wanted = self.both[batch["forms"][:, 0].clamp_min(0)]
        width = inputs.shape[1]
        far = _distance(inputs, wanted[:, :width], one)
        if wanted.shape[1] > width:
            far = (far + _distance(outputs, wanted[:, width:], one)) / 2
        return _CLOSE * far


def _distance(rows: torch.Tensor, wanted: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    far = (rows - wanted).square().sum(dim=1) * chosen
    return far.sum() / chosen.sum().clamp_min(1) / wanted.norm(dim=1).mean().clamp_min(1e-6)


def identity(learner: Any, forms: torch.Tensor) -> torch.Tensor:
    """Squared distance of the rows of old pieces [b, k], each a form of itself, to what they are."""
    inputs, outputs, _ = learner.network(forms, learner.both, learner.bias)
    made = inputs if outputs is None else torch.cat([inputs, outputs], dim=1)
    sides = 1 if outputs is None else 2
    return (made - learner.both[forms[:, 0]]).square().sum(dim=1).mean() / sides


def guessing(learner: Any, batch: Batch) -> torch.Tensor:
    """The body's loss at hidden places."""
    inputs, outputs, bias = learner.rows(batch)
    given = {"inputs_embeds": inputs[batch["local"]], "attention_mask": batch["mask"]}
    states = guess(learner.model, given, batch["places"])
    lost = _among(states, outputs, bias, batch["stands"], batch["targets"])
    return lost + learner.apart(batch, inputs, outputs)


def continuing(learner: Any, batch: Batch) -> torch.Tensor:
    """The body's loss at each next piece."""
    inputs, outputs, bias = learner.rows(batch)
    given = {"inputs_embeds": inputs[batch["local"]], "attention_mask": batch["mask"]}
    chosen = batch["targets"] >= 0
    states = learner.model(**given, use_cache=False).logits[chosen]  # no last layer: `Bare`
    lost = _among(states, outputs, bias, batch["stands"], batch["targets"][chosen])
    return lost + learner.apart(batch, inputs, outputs)


def _among(
    states: torch.Tensor,
    outputs: torch.Tensor,
    bias: torch.Tensor | None,
    stands: torch.Tensor,
    targets: torch.Tensor,
) -> torch.Tensor:
    """Cross-entropy over all pieces of the drawn tokenizer, estimated from those of the batch."""
    logits = states @ outputs.T + (stands if bias is None else stands + bias)
    lost = F.cross_entropy(logits.float(), targets, reduction="sum")
    return lost / max(1, len(targets))


def imitating(learner: Any, batch: Batch) -> torch.Tensor:
    """How far a text's vector is from what the body gives it under the old tokenizer."""
    inputs, outputs, _ = learner.rows(batch)
    given = {"inputs_embeds": inputs[batch["local"]], "attention_mask": batch["mask"]}
    vectors = _mean(learner.model, given)
    with torch.no_grad():
        wanted = _mean(learner.model, batch["old"])
    scale = wanted.square().sum(dim=1).mean().clamp_min(1e-6)
    far = (vectors - wanted).square().sum(dim=1).mean() / scale
    return far + learner.apart(batch, inputs, outputs)


def _mean(model: Any, given: dict[str, torch.Tensor]) -> torch.Tensor:
    states = model.base_model(**given).last_hidden_state
    seen = given["attention_mask"][:, :, None].to(states.dtype)
    return (states * seen).sum(dim=1) / seen.sum(dim=1).clamp_min(1)
