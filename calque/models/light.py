"""Recurrent and convolutional readers as models of transformers, so that everything that reads a folder reads them.

Source: Kim 2014, "Convolutional Neural Networks for Sentence Classification", section 2,
https://aclanthology.org/D14-1181; bidirectional gated recurrence as in Niyongabo et al. 2020, "KINNEWS and
KIRNEWS", section 4, https://aclanthology.org/2020.coling-main.480
"""

from typing import Any

import torch
import transformers
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from transformers.modeling_outputs import (
    BaseModelOutput,
    SequenceClassifierOutput,
    TokenClassifierOutput,
)


class LightConfig(transformers.PretrainedConfig):
    """What a light reader is made of.

    recurrent:   read in both directions, step by step; else by filters over neighboring pieces
    windows:     pieces that a filter sees, a group of filters each
    hidden_size: of a piece's row and of its state
    """

    model_type = "calque_light"

    def __init__(
        self,
        vocab_size: int = 1,
        hidden_size: int = 128,
        recurrent: bool = True,
        windows: tuple[int, ...] = (3, 4, 5),
        max_position_embeddings: int = 512,
        dropout: float = 0.3,
        initializer_range: float = 0.1,
        pad_token_id: int | None = None,
        **rest: Any,
    ):
        super().__init__(**rest)
        self.pad_token_id = pad_token_id
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.recurrent = recurrent
        self.windows = list(windows)
        self.max_position_embeddings = max_position_embeddings
        self.dropout = dropout
        self.initializer_range = initializer_range


class _Light(transformers.PreTrainedModel):
    config_class = LightConfig
    base_model_prefix = "light"

    def _init_weights(self, module: nn.Module) -> None:
        # recurrences and filters keep what torch draws for them
        if isinstance(module, nn.Embedding | nn.Linear):
            module.weight.data.normal_(0.0, self.config.initializer_range)
        if isinstance(module, nn.Linear):
            module.bias.data.zero_()


class LightModel(_Light):
    """Ids [b, l] -> states [b, l, d]: of both directions side by side, or of all filters."""

    def __init__(self, config: LightConfig):
        super().__init__(config)
        width = config.hidden_size
        self.embeddings: nn.Module = nn.Embedding(config.vocab_size, width, config.pad_token_id)
        self.drop = nn.Dropout(config.dropout)
        if config.recurrent:
            self.gates = nn.GRU(width, width // 2, batch_first=True, bidirectional=True)
        else:
            shares = _shares(width, len(config.windows))
            self.filters = nn.ModuleList(
                nn.Conv1d(width, share, size)
                for share, size in zip(shares, config.windows, strict=True)
            )
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        """The rows of the pieces."""
        return self.embeddings

    def set_input_embeddings(self, value: nn.Module) -> None:
        """Put others in their place."""
        self.embeddings = value

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        **_: Any,
    ) -> BaseModelOutput:
        """Ids [b, l], or rows [b, l, d] -> states [b, l, d]; zero where the mask is."""
        rows = self.embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        if attention_mask is None:
            attention_mask = rows.new_ones(rows.shape[:2])
        mask = attention_mask.unsqueeze(-1).to(rows.dtype)
        rows = self.drop(rows) * mask  # filters at the end see zeros, whatever fills the batch
        states = self._passed(rows, attention_mask) if self.config.recurrent else self._seen(rows)
        return BaseModelOutput(last_hidden_state=states * mask)

    def _passed(self, rows: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        # a text without pieces is read as its first, empty, row: packing takes no length of 0
        lengths = mask.sum(1).clamp_min(1).cpu()
        packed = pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(
            self.gates(packed)[0], batch_first=True, total_length=rows.shape[1]
        )
        return states

    def _seen(self, rows: torch.Tensor) -> torch.Tensor:
        across = rows.transpose(1, 2)
        # zeros on both sides, one more behind where a filter sees an even number: a state for each piece
        sizes = self.config.windows
        sided = [nn.functional.pad(across, ((size - 1) // 2, size // 2)) for size in sizes]
        seen = [torch.relu(see(rows)) for see, rows in zip(self.filters, sided, strict=True)]
        return torch.cat(seen, 1).transpose(1, 2)


class _Head(_Light):
    """A body, and a linear layer with a row for each label."""

    def __init__(self, config: LightConfig):
        super().__init__(config)
        self.light = LightModel(config)
        self.drop = nn.Dropout(config.dropout)
        self.classifier = nn.Linear(config.hidden_size, int(config.num_labels or 0))
        self.post_init()


class LightForSequenceClassification(_Head):
    """A label of a text: the largest value of each number of its states, and a linear layer."""

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Ids [b, l], or rows [b, l, d] -> logits [b, c]."""
        states = self.light(input_ids, attention_mask, inputs_embeds).last_hidden_state
        if attention_mask is not None:
            states = states.masked_fill(attention_mask.unsqueeze(-1) == 0, -torch.inf)
        best = states.amax(1)
        best = torch.where(best.isfinite(), best, 0)  # a text without pieces says nothing
        return SequenceClassifierOutput(logits=self.classifier(self.drop(best)))


class LightForTokenClassification(_Head):
    """A tag of each piece: a linear layer on its state."""

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        **_: Any,
    ) -> TokenClassifierOutput:
        """Ids [b, l], or rows [b, l, d] -> logits [b, l, c]."""
        states = self.light(input_ids, attention_mask, inputs_embeds).last_hidden_state
        return TokenClassifierOutput(logits=self.classifier(self.drop(states)))


def _shares(width: int, groups: int) -> list[int]:
    """The width in as many parts, as equal as whole numbers can be."""
    return [width // groups + (group < width % groups) for group in range(groups)]


transformers.AutoConfig.register("calque_light", LightConfig)
transformers.AutoModel.register(LightConfig, LightModel)
transformers.AutoModelForSequenceClassification.register(
    LightConfig, LightForSequenceClassification
)
transformers.AutoModelForTokenClassification.register(LightConfig, LightForTokenClassification)
