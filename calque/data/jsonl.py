"""Examples, sentence pairs and texts in JSON: lines, an array or one document, told apart by content."""

import json
from pathlib import Path

from calque.data import fields
from calque.data.columns import Columns
from calque.data.lines import Lines, Problems, written
from calque.data.objects import objects
from calque.errors import BadSetting
from calque.roles import reader
from calque.values import Bitext, Labelled, Texts
from calque.values.labelled import TASKS


@reader
def jsonl(
    path: Path,
    *,
    task: str = "class",
    language: str = "und",
    columns: dict[str, str | int] | None = None,
    drop_bad: bool = False,
) -> Labelled:
    """Read one example per object.

    path:    JSON lines whatever the name ends in, or an array; also .gz, .bz2, .xz
    task:    "class", "pair", "tags", "slots", "parse", "events", "tuples" or "answer"
    columns: role -> name of the field, for example {text: tweet}; what it leaves out is found by
             the usual names
    drop_bad: leave bad objects out instead of refusing the file
    Numbers and booleans as labels become text; "-" is a missing label of a pair. Fields without a
    role are kept as text: text as it is, all else as JSON.
    """
    if task not in TASKS:
        raise BadSetting(f"data.jsonl: no task '{task}'; there are: {', '.join(TASKS)}")
    problems = Problems(path, drop_bad)
    found = objects(Lines(path, problems))
    return fields.labelled(found, task, columns, language, problems)


def read_bitext(
    path: Path,
    *,
    source: str = "und",
    target: str = "und",
    columns: Columns | None = None,
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read one sentence pair per object, from two fields or from {"translation": {"en": …, "sw": …}}.

    Fields are found by name or by language; two fields without either are source and target.
    """
    problems = Problems(path, drop_bad)
    found = objects(Lines(path, problems))
    return fields.bitext(found, columns, (source, target), problems, tokenized)


def read_texts(
    path: Path, *, language: str = "und", columns: Columns | None = None, drop_bad: bool = False
) -> Texts:
    """Read one text per object."""
    problems = Problems(path, drop_bad)
    return fields.texts(objects(Lines(path, problems)), columns, language, problems)


def write_jsonl(value: Labelled | Bitext | Texts, path: Path) -> None:
    """Write one object per row, every column a field; reads back equal where columns hold text."""
    with written(path) as file:
        for batch in value.table.to_batches(max_chunksize=1024):
            for row in batch.to_pylist():
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
