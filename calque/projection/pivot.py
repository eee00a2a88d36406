"""Translation over a third language, where no translator goes straight.

Source: de Gispert and Mariño 2006, "Catalan-English Statistical Machine Translation without Parallel Corpus:
Bridging through Spanish", the cascade of two systems
"""

from collections.abc import Callable

import pyarrow as pa

from calque.errors import BadSetting
from calque.roles import rewriter
from calque.values import Texts, View


@rewriter
def pivot(texts: Texts, ways: list[Callable[..., View]]) -> View:
    """Rewrite the texts by the first way, what comes of them by the second, and so on.

    A text's column `trouble` is that of the first way that had any with it. One way alone is that rewriter.

    ways: at least one, each a part that takes texts: `[{use: projection.apertium, pair: eng-spa}, …]`
    """
    if not ways:
        raise BadSetting("projection.pivot: needs at least one way")
    made, troubles = texts, [""] * len(texts)
    for way in ways:
        made = way(made).rewritten
        if "trouble" in made.table.column_names:
            told = made.table["trouble"].to_pylist()
            troubles = [before or own for before, own in zip(troubles, told, strict=True)]
    table = pa.table({"text": made.table["text"], "trouble": pa.array(troubles, pa.string())})
    return View.whole(texts, Texts(table, made.language, made.tokenized))
