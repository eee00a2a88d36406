"""Sentence pairs, in whatever format the file is."""

from pathlib import Path

from calque.data.open import open_bitext
from calque.roles import reader
from calque.values import Bitext


@reader
def bitext(
    path: Path | str,
    *,
    source: str = "und",
    target: str = "und",
    columns: dict[str, str | int] | None = None,
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read sentence pairs; the format is told by name and content, and said in the log.

    path:      delimited text, JSON, TMX, `source ||| target`; `news` for the files news.en and
               news.sw; or hf:org/name[:config][@split]
    source, target: languages; columns, fields and files named by them are found
    columns:   `source` and `target` as names, or places from 1
    tokenized: words are separated by spaces; runs of spaces become one
    drop_bad:  leave bad lines out instead of refusing the file
    """
    return open_bitext(
        path,
        source=source,
        target=target,
        columns=columns,
        tokenized=tokenized,
        drop_bad=drop_bad,
    )
