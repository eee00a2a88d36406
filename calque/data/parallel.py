"""Sentence pairs by line: two aligned files, or one file with `source ||| target`."""

import itertools
import logging
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from calque.data.batches import TableBuilder
from calque.data.lines import Lines, Problems, one_line, squeezed, unmarked, written
from calque.errors import BadFile, BadValue
from calque.roles import reader
from calque.values import Bitext

log = logging.getLogger(__name__)

_BAR = "|||"


@reader
def parallel(
    path: Path,
    other: Path | None = None,
    *,
    source: str = "und",
    target: str = "und",
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read line by line: line i of `path` with line i of `other`, blank lines included.

    path:      the source side, or both sides separated by |||
    other:     the target side; also .gz, .bz2, .xz
    tokenized: words are separated by spaces; runs of spaces become one
    drop_bad:  leave pairs with a bad line out instead of refusing the files
    Raises BadFile with both counts where the sides have different lengths.
    """
    problems = Problems(path, drop_bad)
    builder = TableBuilder({"source": pa.string(), "target": pa.string()})
    pairs = _barred(path, problems) if other is None else _aligned(path, other, problems)
    for left, right in pairs:
        if tokenized:
            left, right = squeezed(left), squeezed(right)
        builder.add((left, right), len(left) + len(right))
    problems.settle()
    table = builder.table()
    log.info("%s: %d pairs", path, len(table))
    return Bitext(table, source, target, tokenized)


def _barred(path: Path, problems: Problems) -> Iterator[tuple[str, str]]:
    for number, text in Lines(path, problems):
        sides = text.split(_BAR)
        if len(sides) == 2:
            yield sides[0].strip(" "), sides[1].strip(" ")
        else:
            problems.add(
                number, f"expected 'source {_BAR} target', found {len(sides) - 1} times {_BAR}"
            )


def _aligned(path: Path, other: Path, problems: Problems) -> Iterator[tuple[str, str]]:
    also = Problems(other, problems.drop_bad)
    left, right = Lines(path, problems), Lines(other, also)
    lefts, rights = iter(left), iter(right)
    one, two = next(lefts, None), next(rights, None)
    while one and two:
        if one[0] == two[0]:
            yield one[1], two[1]
        first, second = one[0], two[0]  # they differ where a bad line was left out of one side
        one = next(lefts, None) if first <= second else one
        two = next(rights, None) if second <= first else two
    deque(itertools.chain(lefts, rights), maxlen=0)  # count the lines of the longer file
    problems.join(also)
    if left.count != right.count:
        problems.settle()
        raise BadFile(
            f"{path} has {left.count} lines, {other} has {right.count}; line i of one must be the "
            "translation of line i of the other"
        )


def write_parallel(bitext: Bitext, path: Path, other: Path | None = None) -> None:
    """Write the source side to `path` and the target side to `other`, or both with ||| to `path`.

    Reads back equal, but for spaces around |||. Raises BadValue for texts that hold a line end, and
    without `other` for those that hold |||.
    """
    if other is None:
        with written(path) as file:
            for place, pair in enumerate(bitext):
                if any(_BAR in side for side in pair):
                    raise BadValue(
                        f"{path}: pair {place} has {_BAR} in it; write two files instead"
                    )
                text = one_line(f" {_BAR} ".join(pair), f"{path}: pair {place}")
                file.write((unmarked(text) if place == 0 else text) + "\n")
        return
    for name, side in ((path, bitext.sources), (other, bitext.targets)):
        with written(name) as file:
            for place, text in enumerate(side):
                line = one_line(text, f"{name}: text {place}")
                file.write((unmarked(line) if place == 0 else line) + "\n")
