"""Delimited text: rows of columns, with or without a header, with or without CSV quoting.

Separator, quoting and header are decided by evidence from the first four million characters and
said in the log. Blank lines are skipped. Inside a quoted cell line ends are kept, CRLF as LF.
"""

import csv
import itertools
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from calque.data.columns import is_usual
from calque.data.lines import Line, Lines, Problems

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
        head = [text for _, text in self.lines.head() if text]
        self.separator = _separator(head, path)
        self.why = "as told"
        if quoted is None:
            quoted, self.why = _quoting(head, self.separator)
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
        for number, row, trouble in self._split(self.lines):
            if glue and row is not None and len(row) > width:
                row = self._glued(row)
            if row is None:
                self.problems.add(number, trouble)
            elif len(row) != width:
                self.problems.add(number, self._width_message(width, row, trouble))
            elif header:
                header = False
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
        if self.quoted:
            yield from _csv_rows(lines, str(self.separator))
            return
        for number, text in lines:
            if text:
                row = [text] if self.separator is None else text.split(self.separator)
                yield number, row, ""


def _csv_rows(lines: Iterable[Line], separator: str) -> Iterator[tuple[int, list[str] | None, str]]:
    csv.field_size_limit(2**31 - 1)  # a whole document may stand in a cell
    numbers: list[int] = []

    def feed() -> Iterator[str]:
        for number, text in lines:
            numbers.append(number)
            yield text + "\n"

    reader = csv.reader(feed(), delimiter=separator, strict=True)
    while True:
        numbers.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield numbers[0], None, f"{_csv_trouble(error)}{_spread(numbers)}"
            continue
        if row:
            yield numbers[0], row, _spread(numbers)


def _spread(numbers: Sequence[int]) -> str:
    return f" in lines {numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else ""


def _csv_trouble(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quote is opened and never closed; quoted=false takes quotes as characters"
    if "expected after" in str(error):
        return "text after a closing quote; quoted=false takes quotes as characters"
    return f"not CSV: {error}"


def _separator(head: Sequence[str], path: Path) -> str | None:
    first = head[0] if head else ""
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


def _quoting(head: Sequence[str], separator: str | None) -> tuple[bool, str]:
    """Decide whether quotes are CSV quoting: by rows of wrong width, then by the shape of cells."""
    comma = separator != "\t"
    if separator is None or not any('"' in text for text in head):
        return comma, "none seen"
    width, plain_bad, rows = 0, 0, []
    for text in head:
        row = text.split(separator)
        width = width or len(row)
        plain_bad += len(row) != width
        rows.append(row)
    quoted_bad = _bad_as_csv(head, separator)
    if plain_bad != quoted_bad:
        reason = f"{plain_bad} lines fail as plain text, {quoted_bad} as CSV"
        return quoted_bad < plain_bad, reason
    undone, stray = _evidence([row for row in rows if len(row) == width], width)
    reason = f"{undone} cells look quoted, {stray} hold stray quotes"
    return (undone > stray or (comma and undone == stray)), reason


def _bad_as_csv(head: Sequence[str], separator: str) -> int:
    bad, width = 0, 0
    lines = list(enumerate(head))
    for _, row, trouble in _csv_rows(lines, separator):
        width = width or len(row or ())
        if row is None or len(row) != width:
            spread = re.search(r"lines (\d+) to (\d+)", trouble)
            at_end = spread and int(spread[2]) == len(head) - 1
            if row is None and at_end and len(head) > 1000:
                continue  # the head may end inside a cell
            bad += int(spread[2]) - int(spread[1]) + 1 if spread else 1
    return bad


def _evidence(rows: Sequence[Sequence[str]], width: int) -> tuple[int, int]:
    """Cells that CSV would write so, and cells that it would not: a quote inside, or for nothing."""
    needed, bare = [0] * width, [0] * width
    stray = undone = 0
    for row in rows:
        for place, cell in enumerate(row):
            if '"' not in cell:
                continue
            if re.fullmatch(r'"(?:[^"]|"")*"', cell) is None:
                stray += 1
            elif '"' in cell[1:-1]:
                needed[place] += 1
            else:
                bare[place] += 1
    for place in range(width):
        # some programs wrap every cell of a column; a text in quotes of its own is now and then
        if needed[place] + bare[place] >= max(2, 0.9 * len(rows)):
            undone += needed[place] + bare[place]
        else:
            undone += needed[place]
            stray += bare[place]
    return undone, stray
