"""What a folder of several models holds."""

import json
from collections import Counter

from calque.roles import part
from calque.values import Hydra, Table


@part
def members(hydra: Hydra) -> Table:
    """List the models of a folder: what each weighs, and how much of that no other member has.

    Columns: member, kind (the architecture), pieces (rows of its vocabulary), bytes (of its
    weights), alone (bytes of weights that are its own).
    """
    sizes = hydra.sizes()
    holders = Counter(key for name in hydra.names for key in set(hydra.tensors(name)))
    rows = []
    for name in hydra.names:
        keys = hydra.tensors(name)
        path = hydra.folder / "files" / hydra.entry(name)["files"]["config.json"]
        config = json.loads(path.read_text(encoding="utf-8"))
        rows.append(
            {
                "member": name,
                "kind": (config.get("architectures") or [config.get("model_type", "")])[0],
                "pieces": config.get("vocab_size"),
                "bytes": sum(sizes[key] for key in keys),
                "alone": sum(sizes[key] for key in set(keys) if holders[key] == 1),
            }
        )
    return Table(tuple(rows))
