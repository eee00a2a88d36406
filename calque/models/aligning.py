"""Training an encoder to align: the batches of a bitext, and the sum of the objectives asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from calque.errors import BadSetting, BadValue
from calque.models import pair_losses
from calque.models.batches import Windows, aligned, collate
from calque.models.guessing import Guessing, Hiding, guesses
from calque.models.layout import Layout, layout_of, shortened
from calque.models.paired import Paired
from calque.models.pairs import usual_layer
from calque.models.shuffled import shuffled
from calque.models.states import layer_count, layer_states
from calque.models.train import Stream, train
from calque.models.transported import transport

_PAIRS = 8  # of a step, as in the authors' code: batches of 2, accumulated over 4
OBJECTIVES = ("self_training", "consistency", "parallel", "transport")
_OF_WAYS = ("self_training", "consistency")
_OF_LINKS = ("self_training", "transport")


@dataclass(frozen=True)
class Aims:
    """What is to be learned of each sentence pair.

    objectives: of `OBJECTIVES`
    hides: hides pieces of single sentences, and of either side of a pair; None where none are
    layer: whose states are compared
    above: probability from which words are linked in self-training
    """

    objectives: Sequence[str]
    hides: Hiding | None
    layer: int
    above: float


class Aligner(nn.Module):
    """A model in training, with what the objectives need besides: a head for pairs of sentences.

    model: a model of transformers, or one with a lent masked-language head
    """

    def __init__(self, model: nn.Module, aims: Aims, seed: int):
        super().__init__()
        self.model = model
        body: Any = model.model if isinstance(model, Guessing) else model
        self._body = [body.base_model]  # in a list: not to be found as a second module
        self.aims = aims
        self.lent = None
        if "parallel" in aims.objectives:
            self.lent = pair_losses.TellApart(body.config.hidden_size, seed)

    def states(self, inputs: dict[str, torch.Tensor], layer: int | None = None) -> torch.Tensor:
        """States [b, l, d] behind the layer that is compared, or another."""
        return layer_states(self._body[0], inputs, self.aims.layer if layer is None else layer)

    def sides(self, batch: dict[str, Any]) -> pair_losses.Both:
        """States of both sides of the pairs."""
        return self.states(batch["source"]).float(), self.states(batch["target"]).float()

    def ways(self, batch: dict[str, Any], sides: pair_losses.Both) -> pair_losses.Both:
        """Probabilities of links, in both directions."""
        inside = (batch["source_words"] >= 0, batch["target_words"] >= 0)
        with torch.autocast(sides[0].device.type, enabled=False):  # a softmax of large products
            return pair_losses.two_ways(*sides, inside)

    def guide(self, batch: dict[str, Any]) -> torch.Tensor:
        """The links to be learned: gold ones, or those that the model itself now makes."""
        words = (batch["source_words"], batch["target_words"])
        if "links" in batch:
            return pair_losses.spread(batch["links"], words)
        training = self.training
        self.eval()
        try:
            with torch.no_grad():
                return pair_losses.guide_of(
                    self.ways(batch, self.sides(batch)), words, self.aims.above
                )
        finally:
            self.train(training)

    def transported(self, batch: dict[str, Any], sides: pair_losses.Both) -> torch.Tensor:
        """How far the transport between the words of each pair is from its gold links."""
        words = (batch["source_words"], batch["target_words"])
        with torch.autocast(sides[0].device.type, enabled=False):  # plans need all their digits
            return transport(sides, words, batch["links"])

    def loss(self, batch: dict[str, Any]) -> torch.Tensor:
        """The sum of the objectives."""
        total, aims = torch.zeros((), device=batch["source_words"].device), self.aims
        inside = (batch["source_words"] >= 0, batch["target_words"] >= 0)
        guide = self.guide(batch) if "self_training" in aims.objectives else None
        if set(aims.objectives) - {"parallel"}:
            sides = self.sides(batch)
            if "transport" in aims.objectives:
                total = total + self.transported(batch, sides)
            if set(_OF_WAYS) & set(aims.objectives):
                ways = self.ways(batch, sides)
                if guide is not None:
                    total = total + pair_losses.self_training(ways, guide, inside)
                if "consistency" in aims.objectives:
                    total = total + pair_losses.consistency(ways, inside)
        if self.lent is not None:
            pair = batch["parallel"]
            # a layer above the one that is compared, as in the authors' code
            layer = min(aims.layer + 1, layer_count(self._body[0]))
            total = total + self.lent(self.states(pair["inputs"], layer)[:, 0], pair["true"])
        for hidden in batch.get("hidden", []):
            width = hidden["inputs"]["input_ids"].shape[1]
            total = total + pair_losses.sentence_mean(guesses(self.model, hidden), hidden, width)
        return total


def layer_to_align(body: Any, layer: int | None, where: str) -> int:
    """The layer whose states are compared, from 0; the one at two thirds of the stack for None."""
    count = layer_count(body)
    if layer is None:
        return usual_layer(count)
    if not 0 <= layer <= count:
        raise BadSetting(
            f"{where}: layer {layer} of a model with {count} layers; give 0 to {count}"
        )
    return layer


def check_objectives(objectives: Sequence[str], hides: bool, pairs: Paired, where: str) -> None:
    """BadSetting for names that are none, where nothing is asked for, or links would go unused."""
    for name in objectives:
        if name not in OBJECTIVES:
            known = ", ".join(OBJECTIVES)
            raise BadSetting(f"{where}: no objective '{name}'; there are: {known}")
    if not objectives and not hides:
        raise BadSetting(f"{where}: give objectives, or a masker")
    if pairs.links is not None and not set(_OF_LINKS) & set(objectives):
        known = " and ".join(f"'{name}'" for name in _OF_LINKS)
        raise BadSetting(f"{where}: links are learned by {known}; neither is asked for")
    if pairs.links is None and "transport" in objectives:
        raise BadSetting(f"{where}: 'transport' learns from gold links; give some")
    if "parallel" in objectives and len(pairs.rows) < 2:
        raise BadValue(f"{where}: telling true pairs from false ones needs at least two pairs")


def fit(
    aligner: Aligner,
    pairs: Paired,
    tokenizer: Any,
    *,
    epochs: int,
    rates: float | dict[str, float],
    seed: int,
    name: str,
    trains: str = "",
) -> None:
    """Train in place on all pairs, `_PAIRS` of them a step; the settings are those of `train`."""
    layout = layout_of(tokenizer, maximum=pairs.source.maximum, pad=pairs.source.pad)
    make = _maker(pairs, layout, aligner.aims)
    train(
        aligner,
        [Stream("aligning", shuffled(pairs.lengths, make, size=_PAIRS), _loss)],
        epochs=epochs,
        learning_rate=rates,
        warmup=0.0,
        weight_decay=0.0,
        trains=trains,
        seed=seed,
        name=name,
    )


def _loss(aligner: Any, batch: dict[str, Any]) -> torch.Tensor:
    return aligner.loss(batch)


def _maker(
    pairs: Paired, layout: Layout, aims: Aims
) -> Callable[[np.ndarray, np.random.Generator], dict[str, Any]]:
    """What makes a batch of the pairs at some positions of `pairs.rows`."""

    def make(places: np.ndarray, generator: np.random.Generator) -> dict[str, Any]:
        rows = pairs.rows[places]
        batch = pairs.batch(rows)
        if "parallel" in aims.objectives:
            batch["parallel"] = _true_and_false(pairs, layout, places, generator)
        if aims.hides is not None:
            batch["hidden"] = _hidden(pairs, layout, rows, aims.hides, generator)
        return batch

    return make


def _hidden(
    pairs: Paired,
    layout: Layout,
    rows: np.ndarray,
    hides: Hiding,
    generator: np.random.Generator,
) -> list[dict[str, Any]]:
    """Four batches: either side alone, and the pair with pieces of one side hidden, then the other."""
    made = []
    for windows in (pairs.source, pairs.target):
        words = aligned(windows, rows, windows.words, fill=-1).numpy()
        made.append(hides.batch(collate(windows, rows), words, generator))
    both = joint(pairs, layout, [(row, row) for row in rows], generator)
    everyone = np.arange(len(rows))
    sides = aligned(both, everyone, both.words, fill=-1).numpy()
    for side in (0, 1):
        # each piece is hidden by itself, or with its word, whose pieces stand side by side
        words = np.where(sides % 2 == side, sides // 2, -1)
        made.append(hides.batch(collate(both, everyone), words, generator))
    return made


def _true_and_false(
    pairs: Paired, layout: Layout, places: np.ndarray, generator: np.random.Generator
) -> dict[str, Any]:
    """Each true pair, and one of its sides with the other side of another pair, unless that says the same."""
    rows = pairs.rows[places]
    count = len(pairs.rows)
    others = pairs.rows[(places + generator.integers(1, count, len(places))) % count]
    keep = generator.random(len(rows)) < 0.5
    false = [
        (row, other) if kept else (other, row)
        for row, other, kept in zip(rows, others, keep, strict=True)
        if not _same(pairs, "target" if kept else "source", row, other)
    ]
    windows = joint(pairs, layout, [*((row, row) for row in rows), *false], generator)
    return {
        "inputs": collate(windows, np.arange(len(windows))),
        "true": torch.tensor([1] * len(rows) + [0] * len(false)),
    }


def _same(pairs: Paired, side: str, row: int, other: int) -> bool:
    return np.array_equal(pairs.pieces(side, row)[0], pairs.pieces(side, other)[0])


class _Pieces(Protocol):
    """What has the pieces of the windows of two sides."""

    def pieces(self, side: str, row: int) -> tuple[np.ndarray, np.ndarray]: ...


def joint(
    pairs: _Pieces,
    layout: Layout,
    rows: Sequence[tuple[Any, Any]] | np.ndarray,
    generator: np.random.Generator,
) -> Windows:
    """Both sides as one input, either first by chance; `words` is twice the word, and one for the target."""
    firsts, seconds, marks = [], [], ([], [])
    for (source, target), swap in zip(rows, generator.random(len(rows)) < 0.5, strict=True):
        both = []
        for side, row in (("source", source), ("target", target)):
            ids, words = pairs.pieces(side, row)
            both.append((ids, 2 * words + (side == "target")))
        if swap:
            both.reverse()
        lengths = shortened(len(both[0][0]), len(both[1][0]), layout.room)
        (x, x_marks), (y, y_marks) = (
            (ids[:length], words[:length])
            for (ids, words), length in zip(both, lengths, strict=True)
        )
        firsts.append(x)
        seconds.append(y)
        marks[0].append(x_marks)
        marks[1].append(y_marks)
    return layout.join(firsts, seconds, marks)
