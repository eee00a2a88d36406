"""Plain text, one sentence or document per line."""

import logging
from pathlib import Path

import pyarrow as pa

from calque.data.batches import TableBuilder
from calque.data.lines import Lines, Problems, one_line, squeezed, unmarked, written
from calque.roles import reader
from calque.values import Texts

log = logging.getLogger(__name__)


@reader
def plain(
    path: Path, *, language: str = "und", tokenized: bool = False, drop_bad: bool = False
) -> Texts:
    """Read every line as a text, blank ones too, since line numbers may matter.

    path:      also .gz, .bz2, .xz
    tokenized: words are separated by spaces; runs of spaces become one
    drop_bad:  leave lines that are not UTF-8, or hold NUL, out instead of refusing the file
    """
    problems = Problems(path, drop_bad)
    builder = TableBuilder({"text": pa.string()})
    for _, text in Lines(path, problems):
        builder.add((squeezed(text) if tokenized else text,), len(text))
    problems.settle()
    table = builder.table()
    if len(table):
        log.info("%s: %d lines", path, len(table))
    else:
        log.warning("%s: empty file, no texts", path)
    return Texts(table, language, tokenized)


def write_plain(texts: Texts, path: Path) -> None:
    """Write one text per line; BadValue for texts with a line end in them. Reads back equal."""
    with written(path) as file:
        for place, text in enumerate(texts):
            line = one_line(text, f"{path}: text {place}")
            file.write((unmarked(line) if place == 0 else line) + "\n")
