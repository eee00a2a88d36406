"""Two chains, one per direction, trained to agree.

Source: Liang et al. 2006, "Alignment by Agreement", https://aclanthology.org/N06-1014
"""

from collections.abc import Iterator, Sequence

import numpy as np

from calque.maths.chain import Jumps, even
from calque.maths.grids import Batch, Cells, Grids
from calque.maths.markov import chained
from calque.maths.tables import Expect, counted, evenly
from calque.progress import track

Batches = tuple[Cells, Cells]
Posteriors = tuple[np.ndarray, np.ndarray]


def agreed(
    forward: Grids, backward: Grids, *, rounds: int, null: float, smoothing: float
) -> Iterator[tuple[Batch, np.ndarray]]:
    """Train both to agree, then give the batches of `forward` with the scores of their cells.

    forward, backward: of the same sentence pairs, batch for batch (`calque.maths.grids.facing`)
    rounds:            of IBM model 1, and as many again of the chain

    A link counts by the product of its posteriors in either direction, in both translation tables, and
    what is left of a word counts for the null word. Jumps are counted by each direction alone.

    Yields grids [l, b, 1 + w] as posteriors of `forward` are: the root of the product, 0 for null.
    """
    sides = (forward, backward)
    tables = [np.ones(len(side.keys)) for side in sides]
    jumps = [even(), even()]

    def shared(expects: Sequence[Expect]) -> Iterator[tuple[Batches, Posteriors]]:
        for batches in zip(forward.batches, backward.batches, strict=True):
            one, other = (
                expect(batch, batch.spread(table))
                for expect, batch, table in zip(expects, batches, tables, strict=True)
            )
            yield batches, products(batches, (one, other))

    for step in track(range(2 * rounds), "fitting"):
        seen = (Jumps(), Jumps())
        expects = [
            evenly(null) if step < rounds else chained(one, null, jumped)
            for one, jumped in zip(jumps, seen, strict=True)
        ]
        sums = [np.zeros_like(table) for table in tables]
        for batches, posteriors in shared(expects):
            for batch, posterior, total in zip(batches, posteriors, sums, strict=True):
                batch.gather(posterior, total)
        tables = [
            counted(side, total, smoothing=smoothing).table(side)
            for side, total in zip(sides, sums, strict=True)
        ]
        if step >= rounds:
            jumps = [one.weights() for one in seen]
    for (batch, _), (posterior, _) in shared([chained(one, null) for one in jumps]):
        score = np.sqrt(posterior)
        score[:, :, 0] = 0.0
        yield batch, score


def products(batches: Batches, posteriors: Posteriors) -> Posteriors:
    """Products of posteriors [l, b, 1 + w] and [k, b, 1 + v], laid out as either; null has the rest.

    Absent words hold nothing: as explaining words they have posterior 0 in one of the directions.
    """
    there, back = posteriors
    place = np.argsort(batches[1].rows)  # the same pairs, in another order
    place = place[np.searchsorted(batches[1].rows[place], batches[0].rows)]
    product = there[:, :, 1:] * back[:, place, 1:].transpose(2, 1, 0)
    turned = np.empty_like(product)
    turned[:, place] = product
    return _filled(product), _filled(turned.transpose(2, 1, 0))


def _filled(links: np.ndarray) -> np.ndarray:
    """[l, b, 1 + w] with the null word's part in front; rounding would take it below 0."""
    rest = np.maximum(1 - links.sum(axis=2, keepdims=True), 0)
    return np.concatenate([rest, links], axis=2)
