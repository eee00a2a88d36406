"""Texts of one language, and the same texts in two."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from calque.errors import BadValue
from calque.values.base import Value


@dataclass(frozen=True)
class Texts(Value):
    """Texts of one language, in order; a memory-mapped Arrow table underneath.

    table:     one column `text` of strings
    language:  ISO 639-3, with script where needed, or "und"
    tokenized: words are separated by single spaces already
    """

    table: pa.Table
    language: str = "und"
    tokenized: bool = False

    def __post_init__(self):
        _need_columns("Texts", self.table, ("text",))

    @classmethod
    def of(cls, texts: Iterable[str], language: str = "und", *, tokenized: bool = False) -> "Texts":
        """Build from Python strings."""
        return cls(pa.table({"text": pa.array(list(texts), pa.string())}), language, tokenized)

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[str]:
        return _strings(self.table, "text")

    def take(self, rows: Sequence[int] | np.ndarray) -> "Texts":
        """The texts at these positions, in the order given."""
        return Texts(
            self.table.take(pa.array(np.asarray(rows, dtype=np.int64))),
            self.language,
            self.tokenized,
        )


@dataclass(frozen=True)
class Bitext(Value):
    """The same sentences in two languages, row by row.

    table:     columns `source` and `target` of strings; further columns are kept
    source, target: languages, ISO 639-3
    tokenized: words are separated by single spaces already, on both sides
    """

    table: pa.Table
    source: str = "und"
    target: str = "und"
    tokenized: bool = False

    def __post_init__(self):
        _need_columns("Bitext", self.table, ("source", "target"))

    @classmethod
    def of(
        cls,
        pairs: Iterable[tuple[str, str]],
        source: str = "und",
        target: str = "und",
        *,
        tokenized: bool = False,
    ) -> "Bitext":
        """Build from (source, target) strings."""
        rows = list(pairs)
        table = pa.table(
            {
                "source": pa.array([row[0] for row in rows], pa.string()),
                "target": pa.array([row[1] for row in rows], pa.string()),
            }
        )
        return cls(table, source, target, tokenized)

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return zip(_strings(self.table, "source"), _strings(self.table, "target"), strict=True)

    @property
    def sources(self) -> Texts:
        """The source side alone."""
        return Texts(pa.table({"text": self.table["source"]}), self.source, self.tokenized)

    @property
    def targets(self) -> Texts:
        """The target side alone."""
        return Texts(pa.table({"text": self.table["target"]}), self.target, self.tokenized)

    @property
    def swapped(self) -> "Bitext":
        """Target becomes source and source target."""
        names = {"source": "target", "target": "source"}
        columns = [names.get(name, name) for name in self.table.column_names]
        return Bitext(self.table.rename_columns(columns), self.target, self.source, self.tokenized)

    def take(self, rows: Sequence[int] | np.ndarray) -> "Bitext":
        """The pairs at these positions, in the order given."""
        table = self.table.take(pa.array(np.asarray(rows, dtype=np.int64)))
        return Bitext(table, self.source, self.target, self.tokenized)


def _need_columns(value: str, table: pa.Table, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in table.column_names:
            raise BadValue(f"{value}: no column '{name}'; it has: {', '.join(table.column_names)}")
        if table[name].null_count:
            raise BadValue(f"{value}: column '{name}' has {table[name].null_count} missing values")


def _strings(table: pa.Table, name: str) -> Iterator[str]:
    for chunk in table[name].chunks:  # a chunk at a time: a corpus larger than memory flows
        for start in range(0, len(chunk), 4096):
            yield from chunk.slice(start, 4096).to_pylist()
