"""Sentence pairs, in whatever format the file is."""

from pathlib import Path

from calque.data.open import open_bitext
from calque.errors import BadSetting
from calque.roles import reader
from calque.values import Bitext


@reader
def bitext(
    path: Path | str,
    other: Path | None = None,
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
    other:     the target side, where each side has its file: line i of both is a pair
    source, target: languages; columns, fields and files named by them are found
    columns:   `source` and `target` as names, or places from 1
    tokenized: words are separated by spaces; runs of spaces become one
    drop_bad:  leave bad lines out instead of refusing the file
    """
    if other is not None and str(path).startswith("hf:"):
        raise BadSetting(f"data.bitext: {path} has both sides, so that {other} has no place")
    return open_bitext(
        path,
        other,
        source=source,
        target=target,
        columns=columns,
        tokenized=tokenized,
        drop_bad=drop_bad,
    )
