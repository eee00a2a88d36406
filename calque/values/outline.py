"""What a model looks like to whoever decides which part of it trains, and what they decide."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outline:
    """Names and shapes of a model, without its numbers.

    shapes:     of every parameter, by name
    layers:     names of the layers, from the bottom, of a model that reads and writes those that read first;
                empty where they share their weights
    closing:    per layer, the name of the normalization that its output comes from; "" where none does
    embeddings: name of the module that holds the rows of the pieces
    width:      of the states between layers
    heads, size: of the keys and values of a layer: how many heads, and their width; heads is 0 where
                the body's forward pass takes no keys and values
    turned:     names of the matrices that stand inputs first
    """

    shapes: dict[str, tuple[int, ...]]
    layers: tuple[str, ...]
    closing: tuple[str, ...]
    embeddings: str
    width: int
    heads: int
    size: int
    turned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """One thing that trains.

    name:  of a parameter, or of the place where a module is put
    kind:  "dense": the parameter itself; "low_rank": a difference of it, by `rank` and `scale` in the facts;
           "factor": its rows (axis 0) or columns (axis 1) are multiplied, by `axis`; "module": what is
           put there is in the facts, as in an entry of a `Patch`
    facts: by the kind
    """

    name: str
    kind: str
    facts: dict[str, Any] = field(default_factory=dict)
