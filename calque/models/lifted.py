"""From a grid of units to links of words."""

from collections.abc import Callable

import numpy as np

from calque.errors import BadValue
from calque.maths.lifting import lifted
from calque.models.pairs import PairGrid
from calque.values import Links


def links_of(
    pair: PairGrid,
    pairer: Callable[..., Links],
    rescaler: Callable[..., np.ndarray] | None,
    where: str,
    masses: str = "even",
) -> Links:
    """Link two words where any of their units are, with the greatest score among them.

    where:  the part that asks, named in errors
    masses: "length" gives the rescaler the lengths of the units' vectors for their masses
    """
    grid = pair.grid
    if not grid.size:
        return Links(np.zeros((0, 2)), pair.size)
    if rescaler is not None:
        given = {}
        # a side of zero vectors has no masses to move
        if masses == "length" and all(lengths.any() for lengths in pair.lengths):
            given = dict(zip(("source_mass", "target_mass"), pair.lengths, strict=True))
        grid = rescaler(grid, **given)
    found = pairer(grid)
    if not isinstance(found, Links) or found.size != pair.grid.shape:
        got = f"Links on {found.size}" if isinstance(found, Links) else type(found).__name__
        raise BadValue(f"{where}: the pairer gave {got} for a grid of {pair.grid.shape}")
    pairs, score = lifted(found.pairs, found.score, pair.rows, pair.columns)
    return Links(pairs, pair.size, score)
