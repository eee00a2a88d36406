"""Tables of several methods as one."""

from collections.abc import Mapping

from calque.errors import BadValue
from calque.roles import part
from calque.values import Table


@part
def by_name(tables: Mapping[str, Table], *, column: str = "method") -> Table:
    """Put the rows of several tables below each other, each with the name of its table.

    tables: per name a table; columns that one of them lacks are left out of its rows
    column: which holds the names, the first one; no table may have it already
    """
    if not tables:
        raise BadValue("evaluation.by_name: no tables")
    for name, table in tables.items():
        if column in table.columns:
            raise BadValue(
                f"evaluation.by_name: the table of '{name}' has a column '{column}' already; "
                "name another in `column`"
            )
    return Table(tuple({column: name} | row for name, table in tables.items() for row in table))
