"""Inputs with some of their pieces left out at random."""

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

    def of(values: list[np.ndarray]) -> list[np.ndarray]:
        return [values[row][stays] for row, stays in zip(rows, kept, strict=True)]

    places = np.asarray(rows)
    return replace(
        windows,
        ids=of(windows.ids),
        types=None if windows.types is None else of(windows.types),
        words=of(windows.words),
        start=windows.start[places],
        owner=windows.owner[places],
    )
