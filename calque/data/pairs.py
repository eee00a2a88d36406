"""Texts in two languages as sentence pairs."""

import pyarrow as pa

from calque.data.apart import apart
from calque.errors import BadValue
from calque.roles import part
from calque.values import Bitext, Texts


@part
def pairs(sources: Texts, targets: Texts) -> Bitext:
    """Put text i of one language beside text i of the other.

    Where the words of one side are separated by spaces, as those of examples with tags are, the words
    of the other are separated too: links then count the words that tags belong to.
    """
    if len(sources) != len(targets):
        raise BadValue(
            f"data.pairs: {len(sources)} texts and {len(targets)} translations; a missing translation "
            "needs an empty line in its place"
        )
    tokenized = sources.tokenized or targets.tokenized
    sides = [apart(side) if tokenized else side for side in (sources, targets)]
    table = pa.table({n: s.table["text"] for n, s in zip(("source", "target"), sides, strict=True)})
    return Bitext(table, sources.language, targets.language, tokenized)
