"""A classifier from a few examples, on states that a model gave away: attention from labels to words.

Source: Luo et al. 2024, "CrossTune: Black-Box Few-Shot Classification with Label Enhancement", section 3,
https://arxiv.org/abs/2403.12468
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models.shuffled import shuffled
from calque.models.train import Stream
from calque.models.train import train as run
from calque.models.whole import named_by
from calque.roles import part
from calque.values import Labelled, LabelReader


@part(paper="crosstune")
def label_attention(
    states: Sequence[np.ndarray],
    labels: Sequence[str],
    described: Labelled,
    description_states: Sequence[np.ndarray],
    *,
    width: int = 64,
    heads: int = 4,
    epochs: int = 30,
    learning_rate: float = 1e-3,
    seed: int = 0,
) -> LabelReader:
    """Learn which words of a text speak for each label, and which label they speak for most.

    Each label is a query: the mean state of its description's words. It attends to the text's words, and its score is
    how like itself what it saw is, and a linear weight. Queries, keys and values begin alike, so that before
    anything is learned the nearest description wins. The model that gave the states is never asked again.

    states:  per example, [m, d] of its words (`models.words`); numbers alone, no gradient leads back
    labels:  of each example
    described: a description of each label, as examples of the task class
    description_states: [m, d] of the words of each
    width:   of queries, keys and values; heads: into how many parts it is cut
    seed:    draws the beginning and the order of the examples
    """
    if width < 1 or heads < 1 or width % heads:
        raise BadSetting(
            f"models.label_attention: width must be a multiple of heads, got {width} and {heads}"
        )
    names, points = _points(described, description_states)
    lost = sorted({*labels} - {*names})
    if lost or len(states) != len(labels) or not len(states):
        raise BadValue(
            f"models.label_attention: {len(states)} texts, {len(labels)} labels"
            + (f"; no description of '{lost[0]}', there are: {', '.join(names)}" if lost else "")
        )
    scale = 1 / max(
        float(np.mean([np.linalg.norm(row) for each in states for row in each] or [1])), 1e-9
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _Network(torch.from_numpy(points * scale).float(), width, heads)
    gold = np.array([names.index(label) for label in labels])
    texts = [torch.from_numpy(np.asarray(each, dtype=np.float32) * scale) for each in states]
    lengths = np.array([len(each) for each in texts])

    def make(rows: np.ndarray, _generator: np.random.Generator) -> dict[str, torch.Tensor]:
        padded = nn.utils.rnn.pad_sequence([texts[row] for row in rows], batch_first=True)
        mask = torch.arange(padded.shape[1])[None] < torch.from_numpy(lengths[rows])[:, None]
        return {"states": padded, "mask": mask, "gold": torch.from_numpy(gold[rows])}

    def objective(model: nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return F.cross_entropy(model(batch["states"], batch["mask"]), batch["gold"])

    run(
        network,
        [Stream("labels", shuffled(lengths, make, size=16), objective)],
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        name=named_by(
            "label-attention",
            [*states],
            [*labels],
            described,
            width,
            heads,
            epochs,
            learning_rate,
            seed,
        ),
    )
    own: dict[str, Any] = {
        name: p.detach().cpu().double().numpy() for name, p in network.named_parameters()
    }
    # states come as they are: their scale goes into what they are multiplied with
    return LabelReader(
        tuple(names),
        points,
        own["query"] * scale,
        own["key"] * scale,
        own["value"] * scale,
        own["weights"],
        heads,
    )


def _points(described: Labelled, states: Sequence[np.ndarray]) -> tuple[list[str], np.ndarray]:
    names = [str(name) for name in described.gold]
    if len({*names}) != len(names) or len(names) < 2 or len(states) != len(names):
        raise BadValue(
            f"models.label_attention: {len(states)} texts describe {', '.join(names)}; one of each of two labels or more"
        )
    empty = [name for name, each in zip(names, states, strict=True) if not len(each)]
    if empty:
        raise BadValue(f"models.label_attention: the description of '{empty[0]}' has no words")
    return names, np.stack([np.mean(each, axis=0) for each in states]).astype(np.float64)


class _Network(nn.Module):
    """What `LabelReader` computes, in batches."""

    def __init__(self, points: torch.Tensor, width: int, heads: int):
        super().__init__()
        start = torch.randn(points.shape[1], width) * width**-0.5
        self.query, self.key, self.value = (nn.Parameter(start.clone()) for _ in range(3))
        self.weights = nn.Parameter(torch.zeros(width))
        self.heads = heads
        self.register_buffer("points", points)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        points: Any = self.points
        asked = (points @ self.query).unflatten(-1, (self.heads, -1))
        known, told = (
            (states @ made).unflatten(-1, (self.heads, -1)) for made in (self.key, self.value)
        )
        grid = torch.einsum("chw,bmhw->bchm", asked, known) / asked.shape[-1] ** 0.5
        grid = grid.masked_fill(~mask[:, None, None], -torch.inf)
        shares = torch.where(mask.any(1)[:, None, None, None], grid, 0).softmax(-1)
        shares = shares * mask[:, None, None]  # a text of nothing says nothing
        seen = torch.einsum("bchm,bmhw->bchw", shares, told).flatten(-2)
        return (seen * asked.flatten(-2)).sum(-1) / seen.shape[-1] ** 0.5 + seen @ self.weights
