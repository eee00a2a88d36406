"""Whether models were pretrained alike."""

import json
from collections.abc import Sequence

from calque.errors import BadValue
from calque.roles import part
from calque.values import Checkpoint, Table, Texts

_READ = 8  # bytes that say how long the header of a safetensors file is


@part
def budget(checkpoints: Sequence[Checkpoint], texts: Sequence[Texts]) -> Table:
    """Hold models to one configuration and one amount of text; BadValue says who differs in what.

    checkpoints: models of bytes
    texts:       what each was pretrained on, in `data.blocks`

    One row per model: language, parameters, texts, bytes.
    """
    if len(checkpoints) != len(texts) or not checkpoints:
        raise BadValue(
            f"models.budget: {len(checkpoints)} models and {len(texts)} texts; one for each, at least one"
        )
    rows = []
    for checkpoint, own in zip(checkpoints, texts, strict=True):
        facts = {
            "configuration": checkpoint.config,
            "parameters": _parameters(checkpoint),
            "texts": len(own),
            "bytes": sum(len(text.encode()) for text in own),
        }
        for name, value in facts.items():
            wanted = rows[0][name] if rows else value
            if value != wanted:
                seen = "" if name == "configuration" else f" ({value} and {wanted})"
                raise BadValue(f"models.budget: {name} of model {len(rows)} and 0 differ{seen}")
        rows.append(facts | {"language": own.language})
    names = ("language", "parameters", "texts", "bytes")
    return Table(tuple({name: row[name] for name in names} for row in rows))


def _parameters(checkpoint: Checkpoint) -> int:
    """Numbers in all weights, read off the headers."""
    total = 0
    for path in checkpoint.weights:
        with path.open("rb") as file:
            tree = json.loads(file.read(int.from_bytes(file.read(_READ), "little")))
        for tensor in (value for name, value in tree.items() if name != "__metadata__"):
            size = 1
            for side in tensor["shape"]:
                size *= side
            total += size
    return total
