"""Examples with a column `trouble`: why each is not to be used, "" for those that are."""

from collections.abc import Sequence

import pyarrow as pa

from calque.errors import BadValue
from calque.values import Labelled


def strings(values: Sequence[str | None]) -> pa.Array:
    """A column of strings, even where there are none."""
    return pa.array(values, pa.string())


def told(table: pa.Table) -> list[str]:
    """What a translator, or whoever read before, says is wrong with each text; "" for all where nobody said."""
    if "trouble" not in table.column_names:
        return [""] * len(table)
    return [one or "" for one in table["trouble"].to_pylist()]


def need_trouble(part: str, examples: Labelled) -> list[str]:
    """The column; BadValue where examples have none."""
    if "trouble" not in examples.table.column_names:
        raise BadValue(
            f"{part}: the examples have no column 'trouble'; a reader of generated text gives one"
        )
    return examples.table["trouble"].to_pylist()
