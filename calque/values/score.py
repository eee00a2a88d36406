"""A number with its conditions, and tables of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from calque.errors import BadValue
from calque.values.base import Value

LEVELS = ("T0", "T1", "T2", "T3", "T4")


@dataclass(frozen=True)
class Score(Value):
    """A number with the conditions under which it holds.

    metric: name, for example "accuracy" (a share in [0, 1] is printed as percent)
    value:  the number
    low, high: bounds of its interval, None where none was computed
    n:      number of examples
    conditions: what else it depends on, for example {"boot": 1000, "seed": 0, "level": "T2"}
    """

    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    conditions: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        from calque import __version__

        text = f"{self.metric} {100 * self.value:.1f}"
        if self.low is not None and self.high is not None:
            text += f" ± {100 * (self.high - self.low) / 2:.1f}"
        facts = ({} if self.n is None else {"n": self.n}) | self.conditions
        marks = [f"{name}:{value}" for name, value in facts.items()] + [f"calque:{__version__}"]
        return f"{text} | {' '.join(marks)}"


@dataclass(frozen=True)
class Table(Value):
    """Tidy rows: one number a row, with everything that it depends on beside it."""

    rows: tuple[dict[str, Any], ...]

    def __post_init__(self):
        object.__setattr__(self, "rows", tuple(dict(row) for row in self.rows))
        for row in self.rows:
            try:
                json.dumps(row)
            except TypeError as error:
                raise BadValue(f"Table: {error} in row {row}") from error

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    @property
    def columns(self) -> list[str]:
        """Names that occur in any row, in order of first use."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def where(self, **conditions: Any) -> "Table":
        """The rows in which each named column has the given value."""
        return Table(
            tuple(row for row in self.rows if all(row.get(k) == v for k, v in conditions.items()))
        )
