"""The objects of a JSON file, one by one: JSON lines, an array, or one document, by content.

Arrays and lines stream; a single document is held in memory whole.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from calque.data.lines import Line, Lines

_BLOCK = 1 << 20
_HALF = re.compile(r"\\u[dD][89a-fA-F]")

Found = tuple[int, Any, bool]  # line, value, whether its text holds an escaped surrogate


def objects(lines: Lines) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with the number of the line on which it starts.

    What is no JSON, or no object, is noted in the problems of `lines` and left out.
    """
    for number, thing, suspicious in _by_line(lines) if are_lines(lines) else _by_value(lines):
        if not isinstance(thing, dict):
            found = type(thing).__name__
            lines.problems.add(number, f"expected a JSON object like {{...}}, found a {found}")
        elif suspicious and _half_character(thing):
            lines.problems.add(number, "half a character: a surrogate such as \\ud83d stands alone")
        else:
            yield number, thing


def are_lines(lines: Lines) -> bool:
    """Whether the file holds one object per line, in contrast to an array or one document."""
    head = [text for _, text in _filled(lines.head()[:50])][:20]
    if not head or head[0].lstrip().startswith("["):
        return False
    whole = [_is_object(text) for text in head]
    return whole[0] or 2 * sum(whole) >= len(whole)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _filled(lines: Iterable[Line]) -> Iterator[Line]:
    return ((number, text) for number, text in lines if text and not text.isspace())


def _by_line(lines: Lines) -> Iterator[Found]:
    for number, text in _filled(lines):
        try:
            yield number, json.loads(text), _HALF.search(text) is not None
        except (ValueError, RecursionError) as error:
            lines.problems.add(number, _trouble(error))


def _by_value(lines: Lines) -> Iterator[Found]:
    """Values one after another, or the elements of one array, across lines."""
    buffer, first, inside = "", 1, False
    for block, last in _blocks(lines):
        buffer += block
        at = 0
        while (at := _skipped(buffer, at, inside)) < len(buffer):
            if buffer[at] == ("]" if inside else "["):
                inside, at = not inside, at + 1
                continue
            try:
                thing, end = json.JSONDecoder().raw_decode(buffer, at)
            except (ValueError, RecursionError) as error:
                if not last:
                    break  # the value may go on in the next block
                place = getattr(error, "pos", at)
                lines.problems.add(first + buffer.count("\n", 0, place), _trouble(error))
                return
            number = first + buffer.count("\n", 0, at)
            yield number, thing, _HALF.search(buffer, at, end) is not None
            at = end
        first += buffer.count("\n", 0, at)
        buffer = buffer[at:]
    if inside:
        lines.problems.add(first, "not JSON: the array is not closed; is the file cut off?")


def _blocks(lines: Lines) -> Iterator[tuple[str, bool]]:
    """Pieces of text, each twice the one before, and whether it is the last."""
    wanted, size = _BLOCK, 0
    pieces: list[str] = []
    for _, text in lines:
        if size >= wanted:
            yield "".join(pieces), False
            pieces, size, wanted = [], 0, min(2 * wanted, 1 << 30)
        pieces.append(text + "\n")
        size += len(text) + 1
    yield "".join(pieces), True


def _skipped(text: str, at: int, inside: bool) -> int:
    while at < len(text) and text[at] in (" \t\n\r," if inside else " \t\n\r"):
        at += 1
    return at


def _trouble(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    if isinstance(error, RecursionError):
        return "not JSON that can be read: nested too deeply"
    return f"not JSON: {error}"


def _half_character(thing: dict[str, Any]) -> bool:
    try:
        json.dumps(thing, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
