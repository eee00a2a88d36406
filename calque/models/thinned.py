"""Inputs with some of their pieces left out at random."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calque.models.batches import Windows


def thinned(
    windows: Windows, rows: np.ndarray, share: float, generator: np.random.Generator
) -> Windows:
    """The windows at `rows` alone, without a random share of their ordinary pieces.

    Special pieces stay, and of every window at least one piece. What follows moves up, so that a
    batch costs as much less as it has fewer pieces.
    """
    kept = []
    for row in rows:
        words = windows.words[row]
        stays = (words < 0) | (generator.random(len(words)) >= share)
        if len(words) and not stays.any():
            stays[generator.integers(len(words))] = True
        kept.append(stays)

    def of(values: Sequence[np.ndarray]) -> list[np.ndarray]:
        return [values[row][stays] for row, stays in zip(rows, kept, strict=True)]

    types = None if windows.types is None else of(windows.types)
    return rewritten(windows, rows, of(windows.ids), types, of(windows.words))


def rewritten(
    windows: Windows,
    rows: np.ndarray,
    ids: list[np.ndarray],
    types: list[np.ndarray] | None,
    words: list[np.ndarray],
) -> Windows:
    """The windows at `rows` alone, with other pieces in them."""
    places = np.asarray(rows)
    start, owner = windows.start[places], windows.owner[places]
    return replace(windows, ids=ids, types=types, words=words, start=start, owner=owner)
