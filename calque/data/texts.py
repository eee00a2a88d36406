"""Texts of one language, in whatever format the file is."""

from pathlib import Path

from calque.data.open import open_texts
from calque.roles import reader
from calque.values import Texts


@reader
def texts(
    path: Path | str,
    *,
    language: str = "und",
    columns: dict[str, str | int] | None = None,
    drop_bad: bool = False,
) -> Texts:
    """Read texts; the format is told by name and content, and said in the log.

    path:     plain text with one text per line, delimited text, JSON, or hf:org/name[@split]
    columns:  `text` as a name, or a place from 1
    drop_bad: leave bad lines out instead of refusing the file
    """
    return open_texts(path, language=language, columns=columns, drop_bad=drop_bad)
