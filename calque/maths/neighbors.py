"""The greatest cosines between two large sets of vectors, tile by tile: never a whole grid [t, s].

A cell is looked at once. What lies below the bound that its row has reached so far is dropped at
once, so that memory and time beside the matrix products are those of the cells that stay.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import sparse

ROWS, COLUMNS = 256, 4096  # of a tile: 4 MiB, so that it is read again from the cache
_FIRST = 64  # greatest cells of the first tile, from which a row takes its first bound

Bound = Callable[[np.ndarray], np.ndarray]


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length 1 as float32 [n, d]; rows of zeros stay zeros."""
    rows = np.array(vectors, dtype=np.float32)
    greatest = np.abs(rows).max(axis=1, keepdims=True) if rows.size else rows[:, :1]
    np.divide(rows, greatest, out=rows, where=greatest > 0)  # or squares may leave float32's range
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.divide(rows, lengths, out=rows, where=lengths > 0)


def nearest(queries: np.ndarray, keys: np.ndarray, count: int) -> sparse.csr_matrix:
    """[t, s] the `count` greatest cosines of each row, all others left out; of equal ones the first.

    queries, keys: [t, d] and [s, d] of unit length (`unit`)
    """
    count = min(count, len(keys))

    def kth(ranked: np.ndarray) -> np.ndarray:
        return ranked[:, count - 1] if ranked.shape[1] >= count else np.full(len(ranked), -np.inf)

    return _gathered(queries, keys, kth, count)


def sparsest(queries: np.ndarray, keys: np.ndarray) -> sparse.csr_matrix:
    """[t, s] the sparsemax of each row of cosines, zeros left out.

    The threshold of some of a row's cells is never above that of all of them: cells below it have
    weight 0 whatever comes later.
    """
    cosines = _gathered(queries, keys, _threshold, None)
    data, starts = cosines.data, cosines.indptr
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        row = data[begin:end].astype(np.float64)
        if len(row):
            data[begin:end] = np.maximum(row - _threshold(-np.sort(-row)[None])[0], 0)
    cosines.eliminate_zeros()
    return cosines


def tiles(count: int, size: int) -> Iterator[slice]:
    """Slices of `size` that cover `count`."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _gathered(
    queries: np.ndarray, keys: np.ndarray, bound: Bound, most: int | None
) -> sparse.csr_matrix:
    """Cells at or above their row's bound: a function of a row's greatest cells that grows with more."""
    values, columns, sizes = [], [], []
    if len(keys):
        for rows in tiles(len(queries), ROWS):
            kept, where = _of_rows(queries[rows], keys, bound, most)
            filled = np.isfinite(kept)
            values.append(kept[filled])
            columns.append(where[filled])
            sizes.append(filled.sum(axis=1))
    starts = np.zeros(len(queries) + 1, dtype=np.int64)
    if sizes:
        np.cumsum(np.concatenate(sizes), out=starts[1:])
    return sparse.csr_matrix(
        (
            np.concatenate(values) if values else np.empty(0, dtype=np.float32),
            np.concatenate(columns) if columns else np.empty(0, dtype=np.int32),
            starts,
        ),
        shape=(len(queries), len(keys)),
    )


def _of_rows(
    queries: np.ndarray, keys: np.ndarray, bound: Bound, most: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Cells [b, c] of some rows in falling order and their columns; -inf fills up."""
    values = np.full((len(queries), 0), -np.inf, dtype=np.float32)
    columns = np.zeros((len(queries), 0), dtype=np.int32)
    floor = np.empty(0)
    for part in tiles(len(keys), COLUMNS):
        tile = queries @ keys[part].T
        if not part.start:
            first = max(_FIRST, most or 0)
            top = np.partition(tile, -first, axis=1)[:, -first:] if first < tile.shape[1] else tile
            floor = bound(-np.sort(-top, axis=1))
        hits = np.flatnonzero(tile >= floor[:, None].astype(np.float32))
        if not len(hits):
            continue
        rows, inside = np.divmod(hits, tile.shape[1])
        counts = np.bincount(rows, minlength=len(queries))
        places = np.arange(len(hits)) - (np.cumsum(counts) - counts)[rows] + values.shape[1]
        room = values.shape[1] + int(counts.max())
        values, columns = _widened(values, room, -np.inf), _widened(columns, room, 0)
        values[rows, places] = tile.ravel()[hits]
        columns[rows, places] = inside + part.start
        values, columns, floor = _ranked(values, columns, bound, most)
    return values, columns


def _ranked(
    values: np.ndarray, columns: np.ndarray, bound: Bound, most: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.argsort(-values, axis=1, kind="stable")  # of equal ones the earlier column first
    values = np.take_along_axis(values, order, axis=1)
    floor = bound(values)
    width = int((values >= floor[:, None]).sum(axis=1).max())
    width = width if most is None else min(width, most)
    columns = np.take_along_axis(columns, order[:, :width], axis=1)
    values = values[:, :width].copy()
    values[values < floor[:, None]] = -np.inf
    return values, columns, floor


def _widened(array: np.ndarray, width: int, fill: float) -> np.ndarray:
    wide = np.full((len(array), width), fill, dtype=array.dtype)
    wide[:, : array.shape[1]] = array
    return wide


def _threshold(ranked: np.ndarray) -> np.ndarray:
    """Where sparsemax of rows in falling order cuts; -inf fills up."""
    filled = np.where(np.isfinite(ranked), ranked, -1e9).astype(np.float64)
    taus = (filled.cumsum(axis=1) - 1) / np.arange(1, filled.shape[1] + 1)
    support = (taus <= filled).sum(axis=1)
    return taus[np.arange(len(taus)), support - 1]
