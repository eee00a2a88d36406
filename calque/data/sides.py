"""Two texts as sentence pairs."""

import pyarrow as pa

from calque.errors import BadValue
from calque.roles import part
from calque.values import Bitext, Texts


@part
def sides(sources: Texts, targets: Texts) -> Bitext:
    """Put two texts of the same lines side by side, such as both sides of a bitext after each was rewritten.

    sources, targets: as many texts each, row by row the same; tokenized where both are
    """
    if len(sources) != len(targets):
        raise BadValue(
            f"data.sides: {len(sources)} source texts, but {len(targets)} target texts; row by row "
            "they must be the same"
        )
    table = pa.table({"source": sources.table["text"], "target": targets.table["text"]})
    both = sources.tokenized and targets.tokenized
    return Bitext(table, sources.language, targets.language, both)
