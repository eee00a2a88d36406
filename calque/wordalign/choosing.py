"""Chooses word links by the posteriors of what explains each target word."""

from collections.abc import Iterable, Sequence

import numpy as np

from calque.maths.grids import Batch
from calque.values import Links


def chosen(
    found: Iterable[tuple[Batch, np.ndarray]],
    sizes: Sequence[tuple[int, int]],
    *,
    threshold: float,
    swap: bool = False,
) -> list[Links]:
    """Links of each sentence pair, scored by their posteriors.

    found:     batches with posteriors [l, b, 1 + w], null first
    sizes:     number of words, source and target, per sentence pair; pairs in no batch get no links
    threshold: 0 links each target word to its best source word, or to none if the null word is
               better; above 0 every cell whose posterior reaches it
    swap:      the batches have the target side first
    """
    nothing = np.zeros((0, 2), dtype=np.int32)
    links = [Links(nothing, size) for size in sizes]
    for batch, posterior in found:
        if threshold > 0:
            linked = posterior[:, :, 1:] >= threshold
        else:
            best = posterior.argmax(axis=2)[:, :, None]
            linked = best == np.arange(1, posterior.shape[2])
        j, place, i = np.nonzero(linked & batch.real[:, :, None])
        score = posterior[j, place, i + 1]
        order = np.argsort(place, kind="stable")
        cells = np.stack([j, i] if swap else [i, j], axis=1)[order]
        ends = np.cumsum(np.bincount(place, minlength=len(batch.rows)))[:-1]
        for row, pairs, scores in zip(
            batch.rows.tolist(), np.split(cells, ends), np.split(score[order], ends), strict=True
        ):
            links[row] = Links(pairs, links[row].size, scores)
    return links
