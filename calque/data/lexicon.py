"""Word lists: pairs of words in tab-, comma- or space-separated columns."""

import logging
import math
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from calque.data import columns as naming
from calque.data.batches import TableBuilder
from calque.data.delimited import Delimited
from calque.data.lines import Problems
from calque.data.tables import write_table
from calque.errors import BadFile
from calque.roles import reader
from calque.values import Lexicon

log = logging.getLogger(__name__)


@reader
def lexicon(
    path: Path,
    *,
    source: str = "und",
    target: str = "und",
    columns: dict[str, str | int] | None = None,
    drop_bad: bool = False,
) -> Lexicon:
    """Read a pair of words per row; several rows per word and equal rows are kept.

    path:     two columns, or two words, per line without header (MUSE, PanLex); or a table with a
              header (TICO-19, NusaX); also .gz, .bz2, .xz
    source, target: languages; columns headed by their names or codes are taken
    columns:  `source`, `target`, `weight` as names or places from 1; without it, columns of the
              usual names, else the first two
    drop_bad: leave bad rows out instead of refusing the file
    Without a column of weights every weight is 1. Spaces around words are stripped, rows with an
    empty word left out and counted. A row cut in two by an unquoted comma with a space after it is
    put together again, and counted.
    """
    problems = Problems(path, drop_bad)
    file = Delimited(path, problems)
    builder = TableBuilder({"source": pa.string(), "target": pa.string(), "weight": pa.float64()})
    places, rows = _places(file, columns, (source, target))
    empty = 0
    for number, row in rows:
        left, right = (row[places[side]].strip() for side in ("source", "target"))
        weight = _weight(row[places["weight"]]) if "weight" in places else 1.0
        if weight is None:
            problems.add(
                number, f"the weight must be a number above 0, found '{row[places['weight']]}'"
            )
        elif left and right:
            builder.add((left, right, weight), len(left) + len(right))
        else:
            empty += 1
    problems.settle()
    table = builder.table()
    log.info("%s: %d word pairs", path, len(table))
    if empty:
        log.warning("%s: %d rows without a word on one side left out", path, empty)
    if file.glued:
        log.warning("%s: %d rows cut by an unquoted comma put together again", path, file.glued)
    return Lexicon(table, source, target)


def _places(
    file: Delimited, columns: naming.Columns | None, languages: tuple[str, str]
) -> tuple[dict[str, int], Iterator[tuple[int, list[str]]]]:
    """The column of each role, and the rows."""
    first = file.first
    if not first:
        log.warning("%s: empty file, no word pairs", file.path)
        return {"source": 0, "target": 1}, iter(())
    if file.separator is None:
        log.info("%s: two words per line, separated by spaces", file.path)
        return {"source": 0, "target": 1}, _worded(file)
    told = any(isinstance(name, str) for name in (columns or {}).values())
    header = told or bool(naming.by_name(first, "lexicon", languages))
    if header:
        places = naming.find([c.strip() for c in first], "lexicon", columns, languages, file.path)
    else:
        places = {"source": 0, "target": 1} | naming.told(first, "lexicon", columns, file.path)
        if (
            len(first) == 3
            and not columns
            and all(_weight(row[2]) for row in file.sample if len(row) == 3)
        ):
            places["weight"] = 2
    if max(places.values()) >= len(first):
        raise BadFile(f"{file.path}: expected two columns of words, found {len(first)}")
    said = {role: first[place] if header else place + 1 for role, place in places.items()}
    log.info("%s: %s; %s", file.path, file.about, said)
    return places, file.rows(header=header, glue=True)


def _worded(file: Delimited) -> Iterator[tuple[int, list[str]]]:
    for number, row in file.rows(header=False):
        words = row[0].split()
        if len(words) == 2:
            yield number, words
        else:
            file.problems.add(
                number, f"expected two words, found {len(words)}; a tab may separate phrases"
            )


def _weight(cell: str) -> float | None:
    try:
        weight = float(cell)
    except ValueError:
        return None
    return weight if weight > 0 and math.isfinite(weight) else None


def write_lexicon(value: Lexicon, path: Path) -> None:
    """Write the columns source, target, weight with a header; reads back equal.

    Spaces around words are lost.
    """
    write_table(value, path, "\t")
