"""Examples with a column `trouble`: why each is not to be used, "" for those that are."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from calque.errors import BadValue
from calque.values import Labelled


def with_trouble(
    rows: Sequence[dict[str, Any]], troubles: Sequence[str], task: str, language: str
) -> Labelled:
    """Examples with the column."""
    table = Labelled.of(rows, task, language).table
    column = pa.array(troubles, pa.string())
    return Labelled(table.append_column("trouble", column), task, language)


def need_trouble(part: str, examples: Labelled) -> list[str]:
    """The column; BadValue where examples have none."""
    if "trouble" not in examples.table.column_names:
        raise BadValue(
            f"{part}: the examples have no column 'trouble'; a reader of generated text gives one"
        )
    return examples.table["trouble"].to_pylist()
