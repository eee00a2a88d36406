"""Word vectors in the text format of word2vec and fastText: a name and its numbers per line."""

import logging
from pathlib import Path

import numpy as np

from calque.data.lines import Lines, Problems, written
from calque.errors import BadFile, BadSetting, BadValue
from calque.roles import reader
from calque.values import Space

log = logging.getLogger(__name__)

_BLOCK = 4096


@reader
def vectors(
    path: Path, *, language: str = "und", limit: int | None = None, drop_bad: bool = False
) -> Space:
    """Read names and vectors, with or without a first line `count width`; float32.

    path:     also .gz, .bz2, .xz
    limit:    stop after so many lines; files are usually sorted by frequency. None reads all
    drop_bad: leave lines with another number of numbers out instead of refusing the file
    A name may hold spaces: the last numbers of a line, as many as the vectors are wide, are the
    vector. Of a name that occurs twice the first is kept, and the others are counted.
    """
    if limit is not None and limit < 1:
        raise BadSetting(f"data.vectors: limit must be at least 1, got {limit}")
    problems = Problems(path, drop_bad)
    lines = Lines(path, problems)
    width, header = _width([text for _, text in lines.head()[:2]], path)
    names: dict[str, None] = {}
    blocks: list[np.ndarray] = []
    block = np.empty((0, width), dtype=np.float32)
    twice = filled = 0
    for number, text in lines:
        if (header and number == 1) or not text.strip(" "):
            continue
        if limit is not None and len(names) + twice >= limit:
            break
        cells = text.rstrip(" ").rsplit(" ", width)
        row = _numbers(cells[1:], width)
        if row is None:
            problems.add(number, f"expected a name and {width} finite numbers, found {text[:60]!r}")
        elif cells[0] in names:
            twice += 1
        else:
            if filled == len(block):
                block, filled = np.empty((_BLOCK, width), dtype=np.float32), 0
                blocks.append(block)
            block[filled] = row
            filled += 1
            names[cells[0]] = None
    problems.settle()
    if twice:
        log.warning("%s: %d names occur again, the first is kept", path, twice)
    log.info("%s: %d vectors of width %d", path, len(names), width)
    stacked = np.concatenate(blocks)[: len(names)] if blocks else block
    return Space(tuple(names), stacked, language)


def _width(head: list[str], path: Path) -> tuple[int, bool]:
    """How wide the vectors are, and whether the first line is `count width`."""
    if not head:
        raise BadFile(f"{path}: empty file; expected a name and its numbers per line")
    first = head[0].split()
    if len(first) == 2 and all(cell.isdigit() for cell in first):
        # `7 3` may be a vector of width 1 as well; the second line tells
        wide = len(head) == 1 or len(head[1].rstrip(" ").split(" ")) > 2
        if wide or first[1] == "1":
            return int(first[1]), True
    cells = head[0].rstrip(" ").split(" ")
    width = 0
    while width < len(cells) - 1 and _numbers(cells[-1 - width :][:1], 1) is not None:
        width += 1
    if not width:
        raise BadFile(f"{path}:1: expected a name and its numbers, found {head[0][:60]!r}")
    return width, False


def _numbers(cells: list[str], width: int) -> np.ndarray | None:
    if len(cells) != width:
        return None
    try:
        row = np.array(cells, dtype=np.float32)
    except ValueError:
        return None
    return row if np.isfinite(row).all() else None


def write_vectors(space: Space, path: Path) -> None:
    """Write the header `count width` and a line per vector; reads back equal as float32.

    Raises BadValue for names that are empty or hold a line end.
    """
    with written(path) as file:
        file.write(f"{len(space)} {space.vectors.shape[1]}\n")
        for name, row in zip(space.names, space.vectors.astype(np.float32), strict=True):
            if not name.strip(" ") or any(mark in name for mark in "\n\r\0"):
                raise BadValue(f"{path}: the name {name!r} cannot stand in a text file")
            file.write(" ".join([name, *(str(number) for number in row)]) + "\n")
