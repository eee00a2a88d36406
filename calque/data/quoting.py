"""CSV quoting: undone and made as RFC 4180 says, and told from quotes that are mere characters."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from calque.data.lines import Line
from calque.errors import BadValue

_WRAPPED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Record:
    """A row as CSV: its first and last line, and its cells, or None and what is wrong."""

    first: int
    last: int
    cells: list[str] | None
    trouble: str = ""


def records(lines: Iterable[Line], separator: str) -> Iterator[Record]:
    """Rows with quotes undone; blank lines are passed over, CRLF in a cell becomes LF."""
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
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(numbers[0], numbers[-1], None, _trouble(error))
            continue
        if cells:
            yield Record(numbers[0], numbers[-1], cells)


def _trouble(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quote is opened and never closed; quoted=false takes quotes as characters"
    if "expected after" in str(error):
        return "text after a closing quote; quoted=false takes quotes as characters"
    return f"not CSV: {error}"


def joined(cells: Iterable[Any], separator: str) -> str:
    """A row with quotes where CSV needs them; None is an empty cell, NUL a BadValue."""
    # a lone empty cell would be a blank line
    return separator.join([_quoted(cell, separator) for cell in cells]) or '""'


def _quoted(cell: Any, separator: str) -> str:
    text = "" if cell is None else str(cell)
    if "\0" in text:
        raise BadValue("a NUL character cannot be written to a text file")
    if any(mark in text for mark in (separator, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def decide(head: Sequence[str], separator: str | None) -> tuple[bool, str]:
    """Whether quotes in the first lines of a file are CSV quoting, and why.

    First by rows of wrong width, then by rows that are just what CSV would write, then by the shape
    of cells. In doubt they are, where commas separate, and are not, where tabs do.
    """
    comma = separator != "\t"
    if separator is None or not any('"' in text for text in head):
        return comma, "none seen"
    rows = list(records(enumerate(head), separator))
    width = next((len(text.split(separator)) for text in head if text), 0)
    plain_bad = sum(len(text.split(separator)) != width for text in head if text)
    quoted_bad = _lines_of_wrong_width(rows, len(head))
    if plain_bad != quoted_bad:
        reason = f"{plain_bad} lines fail as plain text, {quoted_bad} as CSV"
        return quoted_bad < plain_bad, reason
    undone, doubtful = 0, []
    for row in rows:
        lines = head[row.first : row.last + 1]
        whole = "\n".join(lines)
        if row.cells is not None and '"' in whole and joined(row.cells, separator) == whole:
            undone += sum(_quoted(cell, separator) != cell for cell in row.cells)
        else:
            doubtful += [line.split(separator) for line in lines]
    more, stray = _shapes([cells for cells in doubtful if len(cells) == width], width)
    undone += more
    reason = f"{undone} cells look quoted, {stray} hold stray quotes"
    return (undone > stray or (comma and undone == stray)), reason


def _lines_of_wrong_width(rows: Sequence[Record], count: int) -> int:
    width = next((len(row.cells) for row in rows if row.cells), 0)
    bad = 0
    for row in rows:
        cut = row.last == count - 1 and count > 1000  # the head may end inside a cell
        if row.cells is None and cut:
            continue
        if row.cells is None or len(row.cells) != width:
            bad += row.last - row.first + 1
    return bad


def _shapes(rows: Sequence[Sequence[str]], width: int) -> tuple[int, int]:
    """Cells that CSV may write so, and cells that it would not: a quote inside, or for nothing."""
    needed, bare = [0] * width, [0] * width
    stray = undone = 0
    for row in rows:
        for place, cell in enumerate(row):
            if '"' not in cell:
                continue
            if _WRAPPED.fullmatch(cell) is None:
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
