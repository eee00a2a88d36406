"""Sentence pairs of similar length as padded grids of cells, each naming its pair of word types."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calque.maths.shelf import Shelf

CELLS = 1 << 17  # per batch: its arrays stay in the cache of a processor


@dataclass(frozen=True)
class Batch:
    """Sentence pairs side by side, target word by target word.

    rows:  [b]  which sentence pairs of the corpus, those with most target words first
    m, n:  [b]  words on either side, at least 1
    """

    rows: np.ndarray
    m: np.ndarray
    n: np.ndarray

    @property
    def real(self) -> np.ndarray:
        """[l, b] booleans: a target word, not padding; l is the greatest n."""
        return np.arange(self.n.max())[:, None] < self.n


@dataclass(frozen=True)
class Cells(Batch):
    """A batch of `Grids`.

    Cells name their pair of types by its place among those of the batch: a table over all pairs of
    types is then read and written in ascending order, and only the batch's part of it at random.

    pairs: [u]  ascending indices into `Grids.keys`: the pairs of types that occur in the batch
    cells: [l, b, 1 + w]  index into `pairs`; column 0 is the null word, w the greatest m. Source
           words beyond m point behind the last pair, target words beyond n one further
    """

    pairs: np.ndarray
    cells: np.ndarray

    def spread(self, table: np.ndarray) -> np.ndarray:
        """`table` [p] at each cell [l, b, 1 + w]; 0 for absent source words, 1 past the target's end.

        Floored, so that no target word has probability 0 under every source word.
        """
        return np.append(np.maximum(table[self.pairs], 1e-30), [0.0, 1.0])[self.cells]

    def gather(self, values: np.ndarray, sums: np.ndarray) -> None:
        """Add the values of the cells [l, b, 1 + w] to `sums` [p]."""
        size = len(self.pairs)
        sums[self.pairs] += np.bincount(self.cells.ravel(), values.ravel(), size + 2)[:size]


@dataclass(frozen=True)
class Grids:
    """The batches of a corpus over one list of distinct pairs of types.

    keys:    [p]  source type * width + target type, ascending; source type 0 is the null word
    width:   number of target types
    batches: walked as often as there are rounds; sentence pairs with an empty side are in none
    """

    keys: np.ndarray
    width: int
    batches: Sequence[Cells]

    @cached_property
    def given(self) -> np.ndarray:
        """[p] source type of each pair of types."""
        return (self.keys // self.width).astype(np.int32)

    @cached_property
    def explained(self) -> np.ndarray:
        """[p] target type of each pair of types."""
        return (self.keys % self.width).astype(np.int32)


def grids(sources: Sequence[np.ndarray], targets: Sequence[np.ndarray]) -> Grids:
    """Lay out a corpus.

    sources, targets: per sentence pair [m] and [n] the types, from 0
    Memory: 16 bytes per distinct pair of types of the corpus; 4 bytes per cell and 4 more per pair of
    types that is distinct in its batch, up to the limit of a `Shelf`, then in a file.
    """
    return _laid_out(sources, targets, list(together(_sizes(sources), _sizes(targets))))


def facing(corpus: Grids, sources: Sequence[np.ndarray], targets: Sequence[np.ndarray]) -> Grids:
    """The corpus the other way round, targets explaining sources: each batch has the pairs of one of its own."""
    m = _sizes(sources)
    return _laid_out(targets, sources, [_falling(batch.rows, m) for batch in corpus.batches])


def _sizes(side: Sequence[np.ndarray]) -> np.ndarray:
    return np.array([len(words) for words in side], dtype=np.int64)


def _laid_out(
    sources: Sequence[np.ndarray], targets: Sequence[np.ndarray], groups: Sequence[np.ndarray]
) -> Grids:
    m, n = _sizes(sources), _sizes(targets)
    width = 1 + max((int(words.max()) for words in targets if len(words)), default=0)
    types, cells, pairs = Shelf(), Shelf(), Shelf()
    keys = np.zeros(0, dtype=np.int64)
    fresh: list[np.ndarray] = []
    waiting = 0
    for rows in groups:
        found, places = _numbered(_types(sources, targets, rows, width))
        types.put(found)
        cells.put(places)
        fresh.append(found)
        waiting += len(found)
        if waiting > max(1 << 22, len(keys)):  # merging costs the whole list: seldom
            keys, fresh, waiting = _merged([keys, *fresh]), [], 0
    keys = _merged([keys, *fresh])
    for found in types.arrays():
        pairs.put(np.searchsorted(keys, found).astype(np.int32))
    batches = [
        Cells(rows, m[rows], n[rows], *laid)
        for rows, *laid in zip(groups, pairs.arrays(), cells.arrays(), strict=True)
    ]
    return Grids(keys, width, batches)


def together(m: np.ndarray, n: np.ndarray) -> Iterator[np.ndarray]:
    """Sentence pairs of similar m and n, of `CELLS` cells in all or one pair; none with an empty side."""
    band = np.floor(np.log(np.maximum(n, 1)) / np.log(1.2))
    order = np.lexsort((np.where(band % 2, -m, m), band))  # to and fro: m changes little at borders
    order = order[(m[order] > 0) & (n[order] > 0)]
    start, most_m, most_n, least = 0, 0, 0, 0
    for end, row in enumerate(order.tolist()):
        wide, tall = max(most_m, int(m[row])), max(most_n, int(n[row]))
        real = least + int(m[row] * n[row])
        padded = (end + 1 - start) * wide * tall
        if end > start and (padded > CELLS or padded > 2 * real + CELLS // 8):
            yield _falling(order[start:end], n)
            start, wide, tall, real = end, int(m[row]), int(n[row]), int(m[row] * n[row])
        most_m, most_n, least = wide, tall, real
    if len(order) > start:
        yield _falling(order[start:], n)


def sides(
    sources: Sequence[np.ndarray], targets: Sequence[np.ndarray], rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Source types [b, 1 + w], counted from 1 after the null word 0, and target types [l, b]; -1 is padding."""
    given = np.full((len(rows), 1 + max(len(sources[r]) for r in rows)), -1, dtype=np.int64)
    explained = np.full((max(len(targets[r]) for r in rows), len(rows)), -1, dtype=np.int64)
    given[:, 0] = 0
    for place, row in enumerate(rows.tolist()):
        given[place, 1 : 1 + len(sources[row])] = sources[row] + 1
        explained[: len(targets[row]), place] = targets[row]
    return given, explained


def _types(sources, targets, rows: np.ndarray, width: int) -> np.ndarray:
    """[l, b, 1 + w] keys of the cells; -1 for absent source words, else -2 past the end of the target."""
    given, explained = sides(sources, targets, rows)
    keys = given * width + explained[:, :, None]
    keys[explained < 0] = -2
    keys[:, given < 0] = -1  # also past the end, where a chain goes on among the words there are
    return keys


def _falling(rows: np.ndarray, n: np.ndarray) -> np.ndarray:
    return rows[np.argsort(-n[rows], kind="stable")]


def _numbered(types: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct keys [u], ascending, and the place among them of each; behind them -1, then -2."""
    distinct, places = np.unique(types, return_inverse=True)
    padding = int(np.searchsorted(distinct, 0))
    size = len(distinct) - padding
    number = np.arange(-padding, size, dtype=np.int32)
    number[:padding] = size - 1 - distinct[:padding]
    return distinct[padding:], number[places].reshape(types.shape)


def _merged(lists: list[np.ndarray]) -> np.ndarray:
    flat = np.sort(
        np.concatenate(lists)
    )  # np.unique would hash, several times slower on long lists
    return flat[np.append(True, flat[1:] != flat[:-1])] if len(flat) else flat
