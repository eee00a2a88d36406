"""How much of what was generated is of use, and why the rest is not."""

from collections import Counter

from calque.generation.troubled import need_trouble
from calque.roles import part
from calque.values import Labelled, Table


@part
def troubles(examples: Labelled) -> Table:
    """Count examples by what is wrong with them, those with nothing wrong first, as "".

    A row has `trouble`, `examples` and their `share`.

    examples: what a reader of this family gave
    """
    counts = Counter(need_trouble("generation.troubles", examples))
    ordered = sorted(counts.items(), key=lambda one: (one[0] != "", -one[1], one[0]))
    return Table(
        tuple(
            {"trouble": name, "examples": count, "share": count / len(examples)}
            for name, count in ordered
        )
    )
