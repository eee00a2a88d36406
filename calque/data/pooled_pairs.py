"""Several bitexts as one."""

import pyarrow as pa

from calque.data.apart import apart
from calque.roles import part
from calque.values import Bitext


@part
def pooled_pairs(bitexts: list[Bitext]) -> Bitext:
    """Put sentence pairs one after the other; a side's language is "mul" where it differs.

    bitexts: any number. Where the words of one are separated by spaces those of the others are
             separated too, so that the same links still fit the pairs they were made for
    """
    tokenized = any(some.tokenized for some in bitexts)
    sides = [(b.sources, b.targets) for b in bitexts]
    if tokenized:
        sides = [(apart(source), apart(target)) for source, target in sides]
    names = ("source", "target")
    tables = [
        pa.table({n: side.table["text"] for n, side in zip(names, both, strict=True)})
        for both in sides
    ]
    whole = pa.concat_tables(
        tables or [pa.table({name: pa.array([], pa.string()) for name in names})]
    )
    languages = ({some.source for some in bitexts}, {some.target for some in bitexts})
    source, target = (side.pop() if len(side) == 1 else "mul" for side in languages)
    return Bitext(whole, source, target, tokenized)
