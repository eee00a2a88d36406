"""Training batches: in another order each epoch, of like lengths, made when they are asked for."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from calque.models.batches import buckets

_POOL = 64  # batches that are sorted by length together: little padding, and still in random order

Make = Callable[[np.ndarray, np.random.Generator], Any]


def shuffled(
    lengths: np.ndarray, make: Make, *, size: int | None = None, tokens: int | None = None
) -> Callable[[int, int], Sequence[Any]]:
    """What a `Stream` calls for the batches of an epoch; the same for the same epoch and seed.

    lengths: [w] pieces of each thing
    make:    called with positions [b] and a generator of the batch's own, gives a batch
    size, tokens: most things or pieces of a batch, one of them (`buckets`)
    """
    mean = max(1.0, float(np.mean(lengths))) if len(lengths) else 1.0
    pool = _POOL * max(1, size if size is not None else int((tokens or 0) / mean))

    def batches(epoch: int, seed: int) -> Sequence[Any]:
        generator = np.random.default_rng((seed, epoch))
        order = generator.permutation(len(lengths))
        made = [
            some[rows]
            for some in (order[start : start + pool] for start in range(0, len(order), pool))
            for rows in buckets(lengths[some], size=size, tokens=tokens)
        ]
        return _Lazy([made[place] for place in generator.permutation(len(made))], make, epoch, seed)

    return batches


class _Lazy(Sequence[Any]):
    """Batches made when they are asked for."""

    def __init__(self, rows: list[np.ndarray], make: Make, epoch: int, seed: int):
        self.rows, self.make, self.key = rows, make, (seed, epoch)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        if place < 0:
            place += len(self)
        # a generator per batch: what a batch is does not depend on those before
        return self.make(self.rows[place], np.random.default_rng((*self.key, place)))
