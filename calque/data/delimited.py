"""Delimited text: rows of columns, with or without a header, with or without CSV quoting.

Separator, quoting and header are decided by evidence from the first four million characters and
said in the log. Blank lines are skipped. Inside a quoted cell line ends are kept, CRLF as LF.
"""

import itertools
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from calque.data.columns import is_usual
from calque.data.lines import Line, Lines, Problems
from calque.data.quoting import decide, records

log = logging.getLogger(__name__)

_NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons", None: "nothing (one column)"}


class Delimited:
    """An opened delimited file.

    separator: None where there is a single column
    quoted:    cells in quotes are undone as in CSV; else quotes are plain characters
    first:     cells of the first row, empty for an empty file
    glued:     rows put together again by `rows`
    """

    def __init__(self, path: Path, problems: Problems, *, quoted: bool | None = None):
        self.path = path
        self.problems = problems
        self.glued = 0
        self.lines = Lines(path, problems)
        head = [text for _, text in self.lines.head()]
        self.separator = _separator(head, path)
        self.why = "as told"
        if quoted is None:
            quoted, self.why = decide(head, self.separator)
        self.quoted = quoted and self.separator is not None
        rows = (row for _, row, _ in self._split(self.lines.head()) if row is not None)
        self.sample = list(itertools.islice(rows, 1000))
        self.first = self.sample[0] if self.sample else []

    @property
    def about(self) -> str:
        """How the file was read, for the log."""
        quotes = "undone" if self.quoted else "kept as characters"
        return f"columns separated by {_NAMES[self.separator]}, quotes {quotes} ({self.why})"

    def rows(self, *, header: bool, glue: bool = False) -> Iterator[tuple[int, list[str]]]:
        """Each row with the number of its first line; rows of another width are noted as bad.

        glue: a cell that starts with a space belongs to the one before it, cut at a separator that
              should have been quoted, where that gives the right width
        """
        width = len(self.first)
        seen = False
        for number, row, trouble in self._split(self.lines):
            if glue and row is not None and len(row) > width:
                row = self._glued(row)
            if row is None:
                self.problems.add(number, trouble)
            elif len(row) != width:
                self.problems.add(number, self._width_message(width, row, trouble))
            elif header and not seen and row == self.first:
                seen = True
            elif header and width > 1 and row == self.first:
                self.problems.add(number, "the header stands here again; were files joined?")
            else:
                yield number, row

    def _glued(self, row: list[str]) -> list[str]:
        whole: list[str] = []
        for cell in row:
            if whole and cell.startswith(" "):
                whole[-1] += f"{self.separator}{cell}"
            else:
                whole.append(cell)
        self.glued += len(whole) == len(self.first)
        return whole if len(whole) == len(self.first) else row

    def _width_message(self, width: int, row: Sequence[str], spread: str) -> str:
        found = f"expected {width} columns, found {len(row)}{spread}"
        if spread:
            return f"{found}; is a quote left open? quoted=false takes quotes as characters"
        if not self.quoted and any('"' in cell for cell in row):
            return f"{found}; quoted=true undoes quotes"
        return f"{found}; columns are separated by {_NAMES[self.separator]}"

    def _split(self, lines: Iterable[Line]) -> Iterator[tuple[int, list[str] | None, str]]:
        """First line, cells or None, and what is wrong or over which lines the row goes."""
        if self.quoted:
            for row in records(lines, str(self.separator)):
                spread = f" in lines {row.first} to {row.last}" if row.last > row.first else ""
                yield row.first, row.cells, row.trouble or spread
            return
        for number, text in lines:
            if text:
                cells = [text] if self.separator is None else text.split(self.separator)
                yield number, cells, ""


def _separator(head: Sequence[str], path: Path) -> str | None:
    first = next((text for text in head if text), "")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if ".csv" in suffixes:
        outside = re.sub(r'"[^"]*"', "", first)
        best = max(",;\t", key=outside.count)
        return best if best in outside else ","
    if "\t" in first:
        return "\t"
    # a text may hold commas, a header of usual names is no text
    cells = first.split(",")
    return "," if len(cells) > 1 and any(map(is_usual, cells)) and " " not in first else None
