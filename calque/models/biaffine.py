"""A head that scores, for every piece of a text, from which other piece it hangs, and by what relation.

Source: Dozat & Manning 2017, "Deep Biaffine Attention for Neural Dependency Parsing", section 2,
https://arxiv.org/abs/1611.01734; on an encoder's states: Kondratyuk & Straka 2019, "75 Languages, 1 Model",
section 3, https://arxiv.org/abs/1904.02099
"""

from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from calque.errors import BadFile, BadSetting
from calque.values.checkpoint import PARSER, PARSER_HEAD

WIDTHS = (500, 100)
_DROPPED = 0.33


class Scored(NamedTuple):
    """Scores [b, l, l + 1] of each piece hanging from each, column 0 being the root; and what relations are read from.

    dependents, heads: [b, l, r], [b, l + 1, r]
    """

    arcs: torch.Tensor
    dependents: torch.Tensor
    heads: torch.Tensor


class Biaffine(nn.Module):
    """Four small layers over the states, side by side in one matrix, and two products of their outputs.

    width: of the states; widths: of what arcs and what relations are read from
    """

    def __init__(self, width: int, relations: int, widths: tuple[int, int]):
        super().__init__()
        self.widths = widths
        arc, relation = widths
        self.reader = nn.Linear(width, 2 * (arc + relation))
        self.root = nn.Parameter(torch.randn(arc + relation) * (arc + relation) ** -0.5)
        self.arcs = nn.Parameter(torch.zeros(arc + 1, arc))
        self.relations = nn.Parameter(torch.zeros(relations, relation + 1, relation + 1))
        nn.init.xavier_uniform_(self.reader.weight)
        nn.init.zeros_(self.reader.bias)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> Scored:
        """states: [b, l, d]; mask: [b, l] 1 at the pieces of the text."""
        made = F.dropout(F.leaky_relu(self.reader(states), 0.1), _DROPPED, self.training)
        arc, relation = self.widths
        below, above, dependents, over = made.split([arc, arc, relation, relation], dim=-1)
        root = self.root.expand(len(states), 1, -1)
        above = torch.cat([root[..., :arc], above], dim=1)
        over = torch.cat([root[..., arc:], over], dim=1)
        arcs = _with_one(below) @ self.arcs @ above.transpose(1, 2)
        rooted = F.pad(mask.bool(), (1, 0), value=True)
        return Scored(
            arcs.masked_fill(~rooted[:, None], torch.finfo(arcs.dtype).min), dependents, over
        )

    def related(self, scored: Scored, heads: torch.Tensor) -> torch.Tensor:
        """Scores [b, l, c] of each relation, of each piece hanging from the one chosen for it [b, l]."""
        over = scored.heads.gather(1, heads[..., None].expand(-1, -1, scored.heads.shape[-1]))
        return torch.einsum(
            "bli,cij,blj->blc", _with_one(scored.dependents), self.relations, _with_one(over)
        )


def _with_one(states: torch.Tensor) -> torch.Tensor:
    return F.pad(states, (0, 1), value=1.0)


class Parser(nn.Module):
    """An encoder with such a head: what a parser is in memory, made alike to the heads of transformers."""

    def __init__(self, body: Any):
        super().__init__()
        self.config = body.config
        self.base_model_prefix = body.base_model_prefix or "body"
        self.add_module(self.base_model_prefix, body)
        widths = getattr(self.config, "calque_widths", WIDTHS)
        if len(widths) != 2 or min(widths) < 1:
            raise BadSetting(f"models: widths of a parser are two positive numbers, got {widths}")
        arc, relation = widths
        labels = self.config.num_labels
        self.classifier = Biaffine(self.config.hidden_size, labels, (arc, relation))

    @property
    def base_model(self) -> Any:
        """The encoder."""
        return self.get_submodule(self.base_model_prefix)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **inputs: torch.Tensor
    ) -> Scored:
        """ids and mask as every encoder takes them, [b, l]."""
        made = self.base_model(input_ids=input_ids, attention_mask=attention_mask, **inputs)
        return self.classifier(made.last_hidden_state, attention_mask)

    def get_input_embeddings(self) -> Any:
        """The rows of the pieces."""
        return self.base_model.get_input_embeddings()

    def get_output_embeddings(self) -> None:
        """A parser writes no pieces."""

    def save_pretrained(self, folder: Path) -> None:
        """Write the encoder as transformers does, and the head beside it."""
        self.base_model.save_pretrained(folder)
        own = {PARSER_HEAD + n: p.contiguous() for n, p in self.classifier.state_dict().items()}
        save_file(own, Path(folder) / PARSER, metadata={"format": "pt"})


def parser_of(body: Any, file: Path | None, seed: int) -> Parser:
    """Put a head on an encoder: from a file, or drawn from `seed`; float32, in evaluation mode.

    body: its configuration names the relations (`id2label`) and, where they are others, `calque_widths`
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Parser(body)
    if file is not None:
        stored = load_file(file)
        own = {PARSER_HEAD + name: p for name, p in model.classifier.state_dict().items()}
        if {n: p.shape for n, p in stored.items()} != {n: p.shape for n, p in own.items()}:
            raise BadFile(f"{file}: not the head that config.json says; is the folder complete?")
        for name, parameter in own.items():
            parameter.copy_(stored[name])
    return model.float().eval()
