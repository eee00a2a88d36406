"""A fitted model of which words are translations of which, and of where to look for the next."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from calque.errors import BadValue
from calque.values.base import Value


@dataclass(frozen=True)
class Translation(Value):
    """What a word aligner learned, to be applied to other sentence pairs.

    table:     CSR [1 + s, t]  share of the target word among the translations of the source word,
               row 0 for the null word; what is missing to 1 is spread as `usual`
    sources, targets: the words of the rows after the first and of the columns, each once
    usual:     [t]  how often each target word occurs, as a share; an unknown word is taken to occur
               half as often as the rarest
    jumps:     weights, above 0, of jumps between source positions; an odd number, 0 in the middle
    null:      share in [0, 1) of target words that no source word explains
    prefix:    characters of each word that count, 0 for all
    reversed:  the table's source side is the target of the sentence pairs
    """

    table: sparse.csr_matrix
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    usual: np.ndarray
    jumps: np.ndarray
    null: float
    prefix: int = 0
    reversed: bool = False

    def __post_init__(self):
        table = sparse.csr_matrix(self.table)
        table.sum_duplicates()  # sorts, too
        wanted = (1 + len(self.sources), len(self.targets))
        if table.shape != wanted or len(self.usual) != wanted[1]:
            raise BadValue(
                f"Translation: a table of shape {table.shape} and {len(self.usual)} shares for "
                f"{len(self.sources)} source and {len(self.targets)} target words"
            )
        if len(self.jumps) % 2 == 0 or not (self.jumps > 0).all():
            raise BadValue("Translation: weights of jumps must be odd in number and above 0")
        object.__setattr__(self, "table", table)

    @cached_property
    def ids(self) -> tuple[dict[str, int], dict[str, int]]:
        """Number of each source and of each target word, both from 0."""
        return (
            dict(zip(self.sources, range(len(self.sources)), strict=True)),
            dict(zip(self.targets, range(len(self.targets)), strict=True)),
        )

    @cached_property
    def _rest(self) -> tuple[np.ndarray, np.ndarray]:
        """What each row lacks to 1, and `usual`, both with an entry for unknown words."""
        sums = np.asarray(self.table.sum(axis=1)).ravel()
        rarest = self.usual[self.usual > 0].min(initial=1.0)
        return np.append(np.maximum(1 - sums, 0), 1.0), np.append(self.usual, rarest / 2)

    @cached_property
    def _cells(self) -> np.ndarray:
        """Place of each entry of the table, counted row by row, in ascending order."""
        rows = np.repeat(np.arange(1 + len(self.sources)), np.diff(self.table.indptr))
        return rows * np.int64(len(self.targets)) + self.table.indices

    def _shares(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Entries of the table, 0 where it has none and for unknown words and padding."""
        height, width = 1 + len(self.sources), len(self.targets)
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        wanted = rows * np.int64(width) + columns
        place = np.minimum(np.searchsorted(self._cells, wanted), max(len(self._cells) - 1, 0))
        if not len(self._cells):
            return np.zeros(wanted.shape)
        return np.where(inside & (self._cells[place] == wanted), self.table.data[place], 0.0)

    def probabilities(self, given: np.ndarray, explained: np.ndarray) -> np.ndarray:
        """Probability [l, b, 1 + w] of each target word under each source word of its pair.

        given:     [b, 1 + w]  rows of the table, 1 + s for unknown words; -1 for padding, which gets 0
        explained: [l, b]  columns, t for unknown words; -1 for padding, which gets 1
        """
        rest, usual = self._rest
        share = self._shares(given, explained[:, :, None])
        found = share + rest[given] * usual[explained][:, :, None]
        found = np.maximum(found, 1e-30)
        found[explained < 0] = 1.0
        found[:, given < 0] = 0.0
        return found
