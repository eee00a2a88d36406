"""The network that reads a new piece as old ones and gives its row.

Source: Minixhofer et al. 2024, "Zero-Shot Tokenizer Transfer", section 3.2 and appendix C,
https://arxiv.org/abs/2405.07883
"""

import json
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from calque.errors import BadFile
from calque.values import Hypernetwork

LAYERS, LONGEST = 3, 8  # of the encoder; most old pieces that are read of a new one
_FACTOR, _PRIME = 1_000_003, 2_147_483_647  # of the place of a form among the rows of the memory
_SPREAD = 0.02  # of what the encoder reads, as its own embeddings would have


class Hypernet(nn.Module):
    """Old rows of a piece's form -> linear -> residual block -> encoder -> first position -> heads.

    inputs, outputs: width of the tables; outputs is 0 where the model has one for both
    biased: whether the model has an output bias
    beyond: whether what the network gives is added to the mean of the form's old rows, and only
            where there are several; it begins with nothing then. Else it gives the row itself
    width:  of the encoder, below 64 or a multiple of it
    remembers: with `beyond`, how many rows there are beside the encoder's, one of which is added for the
            form as a whole. Forms that were met in training come to have their own; one that was
            not may fall on the row of another
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        biased: bool,
        beyond: bool,
        width: int,
        layers: int = LAYERS,
        longest: int = LONGEST,
        remembers: int = 0,
    ):
        from transformers import RobertaConfig, RobertaModel

        super().__init__()
        self.settings = {
            "model_type": "calque-hypernetwork", "inputs": inputs, "outputs": outputs,
            "biased": biased, "beyond": beyond, "width": width, "layers": layers, "longest": longest,
            "remembers": remembers,
        }  # fmt: skip
        self.widths, self.beyond = (inputs, outputs), beyond
        config = RobertaConfig(
            vocab_size=2,
            bos_token_id=None,
            eos_token_id=None,
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=layers,
            num_attention_heads=max(1, width // 64),
            max_position_embeddings=longest,
            type_vocab_size=1,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.model = RobertaModel(config, add_pooling_layer=False)
        embeddings: Any = self.model.embeddings
        embeddings.word_embeddings = nn.Identity()  # rows are given, never looked up
        self.input_projection = nn.Sequential(
            nn.Linear(inputs + outputs, width), _Block(width, 2 * width)
        )
        self.output_projection = _head(width, inputs)
        self.output_projection_out = _head(width, outputs) if outputs else None
        self.bias_projection = nn.Linear(width, 1) if biased else None
        self.in_scaler = _Rescaler(inputs + outputs)
        self.scaler = _Rescaler(inputs)
        self.out_scaler = _Rescaler(outputs) if outputs else None
        self.memory = nn.Embedding(remembers, inputs + outputs + biased) if remembers else None

    def forward(
        self, forms: torch.Tensor, tables: torch.Tensor, biases: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
        """Input rows [u, d], output rows [u, e] and biases [u] of pieces with these forms.

        forms:  [u, k] old ids, -1 behind their end
        tables: [s, d + e] old rows, input and output side by side
        biases: [s] old biases
        """
        if not self.beyond:
            return self._made(forms, tables)
        mask = forms >= 0
        old = F.embedding(forms.clamp_min(0), tables)
        shares = mask / mask.sum(dim=1, keepdim=True).clamp_min(1)
        mean = torch.einsum("uk,ukd->ud", shares, old)
        means = [*mean.split(self.widths, dim=1), None]
        if self.bias_projection is not None and biases is not None:
            means[2] = (shares * biases[forms.clamp_min(0)]).sum(dim=1)
        several = mask.sum(dim=1) > 1
        # the first is read in any case: without gradient no batch could be learned from
        read = torch.nonzero(several | (torch.arange(len(forms), device=forms.device) == 0))[:, 0]
        forms, counts = forms[read, : int(mask.sum(dim=1).max())], several[read].to(mean.dtype)
        made = zip(self._made(forms, tables), self._remembered(forms), strict=True)
        rows, outputs, bias = (
            _onto(base, read, counts, new, known)
            for base, (new, known) in zip(means, made, strict=True)
        )
        assert rows is not None
        return rows, outputs, bias

    def _made(
        self, forms: torch.Tensor, tables: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
        mask = forms >= 0
        states = self._read(self.in_scaler(F.embedding(forms.clamp_min(0), tables)), mask)
        rows = self.scaler(self.output_projection(states))
        outputs = bias = None
        if self.output_projection_out is not None and self.out_scaler is not None:
            outputs = self.out_scaler(self.output_projection_out(states))
        if self.bias_projection is not None:
            bias = self.bias_projection(states)[:, 0]
        return rows, outputs, bias

    def _remembered(self, forms: torch.Tensor) -> tuple[Any, Any, Any]:
        """What is added for each form as a whole, in the spread of the rows."""
        if self.memory is None:
            return 0.0, 0.0, 0.0
        place = torch.zeros_like(forms[:, 0])
        for ids in forms.T:
            place = torch.where(ids >= 0, (place * _FACTOR + ids + 1) % _PRIME, place)
        found = self.memory(place % self.memory.num_embeddings)
        rows, outputs, bias = found.split([*self.widths, found.shape[1] - sum(self.widths)], dim=1)
        outputs = self.out_scaler.w * outputs if self.out_scaler is not None else 0.0
        return self.scaler.w * rows, outputs, bias[:, 0] if bias.shape[1] else 0.0

    def _read(self, old: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        embedded = self.input_projection(old)
        places = torch.arange(mask.shape[1], device=mask.device).expand(mask.shape)
        # a piece without a form has nothing to attend to; what it gives is never used
        seen = mask | (places == 0)
        read: Any = self.model(
            inputs_embeds=embedded, attention_mask=seen.long(), position_ids=places
        )
        return read.last_hidden_state[:, 0]

    @torch.no_grad()
    def begin(self, tables: torch.Tensor, forms: torch.Tensor) -> None:
        """Fit the fixed scalers to the old rows, and the heads' beginning; forget what was remembered."""
        self.in_scaler.fit(tables, tables.new_zeros(()), torch.full_like(tables[0], _SPREAD))
        first, last = tables[:, : self.widths[0]], tables[:, self.widths[0] :]
        sides = [(self.output_projection, self.scaler, first)]
        if self.output_projection_out is not None and self.out_scaler is not None:
            sides.append((self.output_projection_out, self.out_scaler, last))
        for head, scaler, wanted in sides:
            if self.beyond:
                last_layer: Any = head[-1]
                nn.init.zeros_(last_layer.weight)
                nn.init.zeros_(last_layer.bias)
                scaler.w.copy_(wanted.std(dim=0))
                scaler.b.zero_()
            else:
                states = self._read(
                    self.in_scaler(F.embedding(forms.clamp_min(0), tables)), forms >= 0
                )
                scaler.fit(head(states), wanted.mean(dim=0), wanted.std(dim=0))
        if self.bias_projection is not None:
            nn.init.zeros_(self.bias_projection.weight)
            nn.init.zeros_(self.bias_projection.bias)
        if self.memory is not None:
            nn.init.zeros_(self.memory.weight)


def _onto(
    base: torch.Tensor | None,
    places: torch.Tensor,
    counts: torch.Tensor,
    made: torch.Tensor | None,
    known: torch.Tensor | float,
) -> torch.Tensor | None:
    if base is None or made is None:
        return None
    return base.index_add(0, places, torch.einsum("u,u...->u...", counts, made + known))


class _Block(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.dense1, self.dense2 = nn.Linear(width, inner), nn.Linear(inner, width)
        self.ln = nn.LayerNorm(width, eps=1e-6)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        inner = F.gelu(self.dense1(states), approximate="tanh")
        return self.ln(F.gelu(self.dense2(inner), approximate="tanh") + states)


class _Rescaler(nn.Module):
    """A fixed affine map of each column."""

    w: torch.Tensor
    b: torch.Tensor

    def __init__(self, width: int):
        super().__init__()
        self.register_buffer("w", torch.ones(width))
        self.register_buffer("b", torch.zeros(width))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.w * rows + self.b

    def fit(self, rows: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> None:
        """Give these rows this mean and spread."""
        self.w.copy_(std / rows.std(dim=0).clamp_min(1e-6))
        self.b.copy_(mean - rows.mean(dim=0) * self.w)


def _head(width: int, out: int) -> nn.Sequential:
    return nn.Sequential(_Block(width, 2 * width), nn.Linear(width, out))


def write(network: Hypernet, folder: Path) -> Hypernetwork:
    """Write settings and weights."""
    text = json.dumps(network.settings, indent=2, sort_keys=True)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")
    tensors = {
        name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return Hypernetwork(folder)


def read(value: Hypernetwork) -> Hypernet:
    """Load what `write` wrote; BadFile where the weights are of another network."""
    settings = {name: size for name, size in value.settings.items() if name != "model_type"}
    try:
        network = Hypernet(**settings)
        network.load_state_dict(load_file(value.folder / "model.safetensors"))
    except (TypeError, RuntimeError, OSError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BadFile(f"{value.folder}: not a whole hypernetwork: {reason}") from error
    return network.eval()
