"""Word pairs with weights."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from calque.errors import BadValue
from calque.values.base import Value
from calque.values.texts import _need_columns


@dataclass(frozen=True)
class Lexicon(Value):
    """Translations of words, several per word possible.

    table: columns `source`, `target` (strings) and `weight` (floats above 0)
    source, target: languages, ISO 639-3
    """

    table: pa.Table
    source: str = "und"
    target: str = "und"

    def __post_init__(self):
        _need_columns("Lexicon", self.table, ("source", "target", "weight"))
        weights = self.table["weight"].to_numpy()
        if len(weights) and not (weights > 0).all():
            raise BadValue(f"Lexicon: weights must be above 0, found {weights.min():.3g}")

    @classmethod
    def of(
        cls, entries: Iterable[tuple[str, str, float]], source: str = "und", target: str = "und"
    ) -> "Lexicon":
        """Build from (source word, target word, weight)."""
        rows = list(entries)
        table = pa.table(
            {
                "source": pa.array([row[0] for row in rows], pa.string()),
                "target": pa.array([row[1] for row in rows], pa.string()),
                "weight": pa.array([row[2] for row in rows], pa.float64()),
            }
        )
        return cls(table, source, target)

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        columns = (self.table[name].to_pylist() for name in ("source", "target", "weight"))
        return zip(*columns, strict=True)
