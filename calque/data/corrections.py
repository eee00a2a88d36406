"""Corrections of projected spans, as the page of projected sentences saves them."""

import logging
from pathlib import Path
from typing import Any

from calque.data.delimited import Delimited
from calque.data.lines import Problems
from calque.errors import BadFile
from calque.roles import reader
from calque.values import Table

log = logging.getLogger(__name__)

_COLUMNS = ("example", "span", "change", "start", "end", "words")


@reader
def corrections(path: Path) -> Table:
    """Read what a person found wrong: a row per span, with `line` beside the columns of the file.

    path: tab-separated, headed `example span change start end words`. Example and span count from 1. Change is
          "wrong" (there is no such span; start and end are empty) or "place" (it stands at the words from
          `start` to before `end`, counted from 0). `words` are those that the span had, or now has
    """
    problems = Problems(path)
    file = Delimited(path, problems, quoted=False)
    if tuple(file.first) != _COLUMNS:
        raise BadFile(
            f"{path}:1: expected the columns {' '.join(_COLUMNS)} with tabs between, "
            f"found {' '.join(file.first) or 'nothing'}"
        )
    rows = []
    for line, cells in file.rows(header=True):
        row: dict[str, Any] = dict(zip(_COLUMNS, cells, strict=True)) | {"line": line}
        if row["change"] not in ("wrong", "place"):
            problems.add(line, f"change must be wrong or place, found '{row['change']}'")
            continue
        needed = ("example", "span") + (("start", "end") if row["change"] == "place" else ())
        bad = [name for name in needed if not (row[name].isascii() and row[name].isdigit())]
        if bad:
            problems.add(line, f"{bad[0]} must be a whole number, found '{row[bad[0]]}'")
            continue
        for name in ("example", "span", "start", "end"):
            row[name] = int(row[name]) if name in needed else None
        rows.append(row)
    problems.settle()
    log.info("%s: %d corrections", path, len(rows))
    return Table(tuple(rows))
