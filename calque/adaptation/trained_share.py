"""How few numbers a patch learned, beside those of the model that stood still."""

from math import prod

from calque.roles import part
from calque.values import Checkpoint, Patch, Table
from calque.values.weights import Weights


@part(paper="prompt-tuning-xlu")
def trained_share(base: Checkpoint, patch: Patch) -> Table:
    """Count the numbers of a patch: of modules and differences, and of a head of its own.

    A row has `what` ("patch", "head", "base"), its `numbers` and the `share` of these in the base's.

    base: what the patch was made on; its own numbers are those of its body and head
    """
    weights = Weights(base)
    whole = sum(prod(place.shape) for place in weights.places.values())
    counts = {"patch": 0, "head": 0}
    for entry in patch.entries:
        own = entry.kind == "whole" or ".pooler." in f".{entry.name}"
        numbers = sum(tensor.numel() for tensor in patch.read(entry).tensors.values())
        counts["head" if own else "patch"] += numbers
    rows = [
        {"what": what, "numbers": count, "share": count / whole} for what, count in counts.items()
    ]
    return Table((*rows, {"what": "base", "numbers": whole, "share": 1.0}))
