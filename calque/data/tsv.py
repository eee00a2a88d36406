"""Sentence pairs in delimited text: tabs, commas or semicolons."""

from pathlib import Path

from calque.data.tables import read_bitext, write_table
from calque.roles import reader
from calque.values import Bitext, Labelled, Lexicon, Texts


@reader
def tsv(
    path: Path,
    *,
    source: str = "und",
    target: str = "und",
    columns: dict[str, str | int] | None = None,
    quoted: bool | None = None,
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read a sentence pair per row, the header and the quoting decided by evidence.

    path:      also .csv, .gz, .bz2, .xz
    source, target: languages; columns headed by their names or codes are taken
    columns:   `source` and `target` as names or places from 1; without it, columns of the usual
               names, else the first two of a file without header. Further columns are kept
    quoted:    undo quotes as CSV does; None decides by evidence and says so
    tokenized: words are separated by spaces; runs of spaces become one
    drop_bad:  leave rows with a wrong number of columns out instead of refusing the file
    """
    return read_bitext(
        path,
        source=source,
        target=target,
        columns=columns,
        quoted=quoted,
        tokenized=tokenized,
        drop_bad=drop_bad,
    )


def write_tsv(value: Labelled | Bitext | Lexicon | Texts, path: Path) -> None:
    """Write a value's table with a header, commas where the name ends in .csv, else tabs.

    Cells are quoted as in CSV where needed; a missing label is an empty cell.
    """
    write_table(value, path, "," if ".csv" in path.suffixes else "\t")
