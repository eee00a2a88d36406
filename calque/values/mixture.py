"""What each row of a new vocabulary is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from calque.errors import BadValue
from calque.values.base import Value

_COLUMNS = 64  # mixed at a time
_CELLS = 1 << 22  # of the matrix, at a time
_HEAVY = 1 << 12  # cells of a row that is mixed dense


@dataclass(frozen=True)
class Mixture(Value):
    """A sparse [new, old] matrix of weights: new row t is the weighted sum of the old rows.

    matrix: CSR [t, s], rows sum to 1; an empty row says that nothing is known of that token,
            and takes the mean of all old rows when applied
    new, old: pieces of either vocabulary, in the order of their ids
    """

    matrix: sparse.csr_matrix
    new: tuple[str, ...]
    old: tuple[str, ...]

    def __post_init__(self):
        matrix = sparse.csr_matrix(self.matrix)
        matrix.sum_duplicates()
        if matrix.shape != (len(self.new), len(self.old)):
            raise BadValue(
                f"Mixture: matrix of shape {matrix.shape} for {len(self.new)} new and "
                f"{len(self.old)} old pieces"
            )
        if not np.isfinite(matrix.data).all():
            raise BadValue("Mixture: weights must be finite")
        sums = np.asarray(matrix.sum(axis=1)).ravel()
        wrong = (np.abs(sums - 1) > 1e-4) & (np.diff(matrix.indptr) > 0)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise BadValue(f"Mixture: row of '{self.new[row]}' sums to {sums[row]:.4g}, not to 1")
        object.__setattr__(self, "matrix", matrix)

    @property
    def known(self) -> np.ndarray:
        """[t] booleans: the row has at least one source."""
        return np.diff(self.matrix.indptr) > 0

    def apply(
        self, rows: np.ndarray, *, noise: float = 0.0, seed: int | Sequence[int] = 0
    ) -> np.ndarray:
        """Mix old rows [s, ...] (input rows, output rows or a bias [s]) into new ones [t, ...].

        noise: how far a row of which nothing is known is drawn around the mean of the old rows, in
               their standard deviations, each column by itself; 0 takes the mean
        """
        if len(rows) != len(self.old):
            raise BadValue(f"Mixture: expected {len(self.old)} old rows, got {len(rows)}")
        flat = rows.reshape(len(rows), -1)
        mixed = np.empty((len(self.new), flat.shape[1]), rows.dtype)
        unknown = ~self.known
        generator = np.random.default_rng(seed)
        for start in range(0, flat.shape[1], _COLUMNS):  # no second table in double precision
            block = flat[:, start : start + _COLUMNS].astype(np.float64)
            for rows_of, part in self._parts():
                mixed[rows_of, start : start + _COLUMNS] = part @ block
            drawn = generator.standard_normal((int(unknown.sum()), block.shape[1]))
            filled = block.mean(axis=0) + noise * block.std(axis=0) * drawn
            mixed[unknown, start : start + _COLUMNS] = filled
        for heavy, part, columns in self._dense_parts():
            for start in range(0, flat.shape[1], _COLUMNS):
                block = flat[columns, start : start + _COLUMNS].astype(np.float64)
                mixed[heavy, start : start + _COLUMNS] = part @ block
        return mixed.reshape(len(self.new), *rows.shape[1:])

    def _parts(self) -> Iterator[tuple[slice, sparse.csr_matrix]]:
        """The matrix without heavy rows, some at a time: a product with doubles copies its cells as doubles."""
        starts = self.matrix.indptr
        first = 0
        for end in [*self._heavy(), len(self.new)]:
            while first < end:
                last = int(np.searchsorted(starts, int(starts[first]) + _CELLS, side="right")) - 1
                last = min(max(last, first + 1), end)
                cells = slice(starts[first], starts[last])
                part = (
                    self.matrix.data[cells],
                    self.matrix.indices[cells],
                    starts[first : last + 1] - cells.start,
                )
                yield slice(first, last), sparse.csr_matrix(part, (last - first, len(self.old)))
                first = last
            first = end + 1

    def _dense_parts(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """The heavy rows, some at a time, over the old rows that they have: their numbers, [h, c], and those of the c."""
        heavy = self._heavy()
        step = max(1, 4 * _CELLS // len(self.old))
        for start in range(0, len(heavy), step):
            some: Any = self.matrix[heavy[start : start + step]]
            columns = np.unique(some.indices)
            yield heavy[start : start + step], some[:, columns].toarray(), columns

    def _heavy(self) -> np.ndarray:
        """Rows of many cells, such as a letter that begins every second word: dense products are some ten times as fast."""
        return np.flatnonzero(np.diff(self.matrix.indptr) > _HEAVY)

    def origins(self, piece: str, count: int = 10) -> list[tuple[str, float]]:
        """The old pieces that `piece` is made of, heaviest first."""
        if piece not in self.new:
            raise BadValue(f"Mixture: no new piece '{piece}'")
        row: Any = self.matrix[self.new.index(piece)]
        row = row.tocoo()
        order = np.argsort(-row.data, kind="stable")[:count]
        return [(self.old[row.col[k]], float(row.data[k])) for k in order]

    def after(self, earlier: "Mixture") -> "Mixture":
        """This mixture applied to the rows that `earlier` makes, as one mixture."""
        if earlier.new != self.old:
            raise BadValue(
                "Mixture: the earlier mixture makes another vocabulary than this one takes"
            )
        product = sparse.csr_matrix(self.matrix @ earlier.matrix)
        sums = np.asarray(product.sum(axis=1)).ravel()
        scale = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 1e-9)
        return Mixture(sparse.csr_matrix(sparse.diags(scale) @ product), self.new, earlier.old)
