"""The tables that a model has over its vocabulary, and its body read with rows of another one."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from calque.errors import BadFile


@dataclass(frozen=True)
class Tables:
    """Rows of the pieces that the tokenizer knows, without those that only fill up.

    inputs:  [s, d]
    outputs: [s, e]; None where the model has no output over the vocabulary, or the same table
    bias:    [s] of the output, None where it has none
    """

    inputs: torch.Tensor
    outputs: torch.Tensor | None
    bias: torch.Tensor | None

    @property
    def both(self) -> torch.Tensor:
        """[s, d + e] input and output rows side by side."""
        return self.inputs if self.outputs is None else torch.cat([self.inputs, self.outputs], 1)


def tables_of(model: Any, pieces: int) -> Tables:
    """Copies of the model's rows of the first `pieces` pieces; BadFile where there are fewer."""
    inputs = model.get_input_embeddings().weight.detach()
    if len(inputs) < pieces:
        raise BadFile(
            f"{model.name_or_path}: {len(inputs)} rows, but the tokenizer has {pieces} pieces"
        )
    last = model.get_output_embeddings()
    weight = None if last is None else last.weight.detach()
    if weight is not None and weight.data_ptr() == inputs.data_ptr():
        weight = None
    bias = getattr(last, "bias", None)
    return Tables(
        inputs[:pieces].clone(),
        None if weight is None else weight[:pieces].clone(),
        None if bias is None else bias.detach()[:pieces].clone(),
    )


class Bare(nn.Module):
    """Put in the place of a head's last layer, so that its states come out."""

    weight = bias = None

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """The states as they are."""
        return states
