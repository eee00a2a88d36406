"""Sentence pairs of similar length as padded grids of cells, each naming its pair of word types."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

CELLS = 1 << 17  # per batch: its arrays stay in the cache of a processor
IN_MEMORY = 1 << 27  # cells whose indices are kept in memory (512 MiB); more go to a temporary file


@dataclass(frozen=True)
class Batch:
    """Sentence pairs side by side, target word by target word.

    rows:  [b]  which sentence pairs of the corpus
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

    cells: [l, b, 1 + w]  index into `Grids.keys`; column 0 is the null word, w the greatest m. Source
           words beyond m point behind the last key, target words beyond n one further
    """

    cells: np.ndarray


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

    @property
    def given(self) -> np.ndarray:
        """[p] source type of each pair of types."""
        return self.keys // self.width

    @property
    def explained(self) -> np.ndarray:
        """[p] target type of each pair of types."""
        return self.keys % self.width

    def padded(self, table: np.ndarray) -> np.ndarray:
        """`table` [p], with 0 for absent source words and 1 for targets past the end.

        Floored, so that no target word has probability 0 under every source word.
        """
        return np.concatenate([np.maximum(table, 1e-30), [0.0, 1.0]])


def grids(sources: Sequence[np.ndarray], targets: Sequence[np.ndarray]) -> Grids:
    """Lay out a corpus.

    sources, targets: per sentence pair [m] and [n] the types, from 0
    Memory: 4 bytes per cell up to `IN_MEMORY` cells, then a file; 8 bytes per distinct pair of types.
    """
    m = np.array([len(words) for words in sources], dtype=np.int64)
    n = np.array([len(words) for words in targets], dtype=np.int64)
    width = 1 + max((int(words.max()) for words in targets if len(words)), default=0)
    groups = list(together(m, n))
    keys = np.zeros(0, dtype=np.int64)
    fresh: list[np.ndarray] = []
    waiting = 0
    for rows in groups:
        fresh.append(_distinct(_types(sources, targets, rows, width)))
        waiting += len(fresh[-1])
        if waiting > max(1 << 22, len(keys)):  # merging costs the whole list: seldom
            keys, fresh, waiting = _merged([keys, *fresh]), [], 0
    keys = _merged([keys, *fresh])
    return Grids(keys, width, _laid_out(sources, targets, groups, keys, width))


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
            yield order[start:end]
            start, wide, tall, real = end, int(m[row]), int(n[row]), int(m[row] * n[row])
        most_m, most_n, least = wide, tall, real
    if len(order) > start:
        yield order[start:]


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


def _distinct(keys: np.ndarray) -> np.ndarray:
    flat = np.unique(keys)
    return flat[np.searchsorted(flat, 0) :]


def _merged(lists: list[np.ndarray]) -> np.ndarray:
    return np.unique(np.concatenate(lists))


def _batch(types: np.ndarray, m, n, rows: np.ndarray, keys: np.ndarray) -> Cells:
    found = np.searchsorted(keys, types).astype(np.int32)
    found[types == -1] = len(keys)
    found[types == -2] = len(keys) + 1
    return Cells(rows, m, n, found)


def _laid_out(sources, targets, groups: list[np.ndarray], keys: np.ndarray, width: int):
    shapes = [
        (max(len(targets[r]) for r in g), len(g), 1 + max(len(sources[r]) for r in g))
        for g in groups
    ]
    total = sum(int(np.prod(shape)) for shape in shapes)
    store = None
    if total > IN_MEMORY:
        with tempfile.TemporaryFile() as file:  # without a name; gone when the array is
            store = np.memmap(file, dtype=np.int32, mode="w+", shape=(total,))
    batches, start = [], 0
    for rows, shape in zip(groups, shapes, strict=True):
        m = np.array([len(sources[r]) for r in rows])
        n = np.array([len(targets[r]) for r in rows])
        batch = _batch(_types(sources, targets, rows, width), m, n, rows, keys)
        if store is not None:
            place = store[start : start + batch.cells.size].reshape(shape)
            place[:] = batch.cells
            batch = Cells(rows, m, n, place)
            start += batch.cells.size
        batches.append(batch)
    return batches
