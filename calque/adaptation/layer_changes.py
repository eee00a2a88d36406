"""How much two experts changed each layer of the model that both were made of.

Source: Bandarkar et al. 2025, "Layer Swapping for Zero-Shot Cross-Lingual Transfer in Large Language
Models", section 3.2, https://arxiv.org/abs/2410.01335
"""

from typing import Any

from calque.adaptation.parents import Parent
from calque.errors import BadValue
from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint, Table
from calque.values.weights import Weights, layer_of

_WHAT = "adaptation.layer_changes"


@part(paper="layer-swapping")
def layer_changes(base: Checkpoint, task: Checkpoint, language: Checkpoint) -> Table:
    """Measure, layer by layer, how far a task expert and a language expert moved the weights of their base.

    Columns: layer (from 0), task and language (mean absolute change of a number, in the mean of the layer's
    matrices), share (in [0, 1]: the language's part of both, each taken relative to its own mean over layers;
    0.5 where neither changed).

    base, task, language: of one shape; heads, embeddings and what else is in no layer are left out
    """
    weights = Weights(base)
    experts = [Parent(weights, expert, _WHAT) for expert in (task, language)]
    sums: dict[int, list[list[float]]] = {}
    for name in track([n for n, p in weights.places.items() if len(p.shape) > 1], "comparing layers"):  # fmt: skip
        layer = layer_of(name)
        if layer is not None:
            before = weights.numbers(name)
            for own, expert in zip(sums.setdefault(layer, [[], []]), experts, strict=True):
                delta = expert.delta(name, before)
                own.append(0.0 if delta is None else float(delta.abs().mean()))
    if not sums:
        raise BadValue(f"{_WHAT}: no tensor of {base.folder} has a layer's number in its name")
    means = {layer: [sum(own) / len(own) for own in both] for layer, both in sorted(sums.items())}
    totals = [sum(both[expert] for both in means.values()) or 1.0 for expert in (0, 1)]
    return Table(tuple(_row(layer, both, totals) for layer, both in means.items()))


def _row(layer: int, both: list[float], totals: list[float]) -> dict[str, Any]:
    task, language = (own / total for own, total in zip(both, totals, strict=True))
    share = language / (task + language) if task + language else 0.5
    return {"layer": layer, "task": both[0], "language": both[1], "share": share}
