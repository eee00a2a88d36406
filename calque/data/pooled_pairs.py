"""Several bitexts as one."""

import pyarrow as pa

from calque.roles import part
from calque.values import Bitext


@part
def pooled_pairs(bitexts: list[Bitext]) -> Bitext:
    """Put sentence pairs one after the other; a side's language is "mul" where it differs.

    bitexts: any number; the result counts as tokenized only where all of them are
    """
    names = ["source", "target"]
    empty = pa.table({name: pa.array([], pa.string()) for name in names})
    whole = pa.concat_tables([some.table.select(names) for some in bitexts] or [empty])
    sides = ({some.source for some in bitexts}, {some.target for some in bitexts})
    source, target = (side.pop() if len(side) == 1 else "mul" for side in sides)
    return Bitext(whole, source, target, all(some.tokenized for some in bitexts) and bool(bitexts))
