"""Some columns of a table as numbers with names, so that runs of a sweep can be compared."""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.roles import part
from calque.values import Table


@part
def figures(
    table: Table, *, by: str = "method", columns: Sequence[str] = ("value",)
) -> dict[str, dict[str, float]]:
    """Take these columns of every row, named by what the row has in the column `by`.

    A table counts as its number of rows where runs are compared; these numbers become columns of
    their own: `calque sweep` then tabulates them over what it varies.

    by:      a column with another name in each row
    columns: of numbers, in every row
    """
    made: dict[str, dict[str, float]] = {}
    for row in table:
        missing = [name for name in (by, *columns) if name not in row]
        if missing:
            raise BadValue(
                f"evaluation.figures: no column '{missing[0]}'; there are: {', '.join(row)}"
            )
        name = str(row[by])
        if name in made:
            raise BadValue(f"evaluation.figures: two rows are '{name}' in the column '{by}'")
        made[name] = {column: row[column] for column in columns}
    return made
