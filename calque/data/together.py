"""Several sets of labelled examples as one."""

import pyarrow as pa

from calque.errors import BadValue
from calque.roles import part
from calque.values import Labelled
from calque.values.labelled import TASKS


@part
def together(examples: list[Labelled]) -> Labelled:
    """Put examples one after the other; the language is "mul" where they differ.

    examples: at least one set, all of one task; columns that the task does not need are left out
    """
    tasks = {some.task for some in examples}
    if len(tasks) != 1:
        raise BadValue(
            "data.together: needs examples of one task, "
            f"got {', '.join(sorted(tasks)) if tasks else 'none'}"
        )
    task = tasks.pop()
    languages = {some.language for some in examples}
    columns = pa.schema(TASKS[task])
    tables = [some.table.select(columns.names).cast(columns) for some in examples]
    language = languages.pop() if len(languages) == 1 else "mul"
    return Labelled(pa.concat_tables(tables), task, language)
