"""Lines of text files as every reader here sees them: located, decoded, decompressed.

A line ends at LF or CRLF and nowhere else: U+2028, U+0085, form feeds and lone CR are text. One
U+FEFF at the very start of a file is dropped, any other is text.
"""

import bz2
import gzip
import io
import itertools
import logging
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from calque.errors import BadFile, BadLines, BadValue
from calque.progress import track
from calque.workspace import replacing

log = logging.getLogger(__name__)

Line = tuple[int, str]

_PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
_FOREIGN = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet); unpack it, or save it as text",
    b"PAR1": "Parquet; read its folder as a data set: hf:FOLDER",
    b"ARROW1": "Arrow; read its folder as a data set: hf:FOLDER",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
}
_MOST_PROBLEMS = 10_000


class Problems:
    """Collects what is wrong with the lines of a file, then raises all of it at once, or drops it.

    drop_bad: leave the bad lines out with a warning, where the user asked for that
    what:     what is left out then, for the warning
    """

    def __init__(self, path: Path | str, drop_bad: bool = False, what: str = "bad lines"):
        self.path = path
        self.drop_bad = drop_bad
        self.what = what
        self.found: list[str] = []
        self.count = 0

    def add(self, line: int, message: str) -> None:
        """Note a problem at this line, counted from 1."""
        self.count += 1
        if self.count <= _MOST_PROBLEMS:
            self.found.append(f"{self.path}:{line}: {message}")
        elif not self.drop_bad:
            self.found.append(f"{self.path}: stopped reading after {_MOST_PROBLEMS:,} bad lines")
            raise BadLines(self.found)

    def join(self, other: "Problems") -> None:
        """Take over the problems of another file that is read together with this one."""
        self.found += other.found
        self.count += other.count

    def settle(self) -> None:
        """Raise BadLines with everything noted; with `drop_bad` say how many were left out."""
        if self.found and not self.drop_bad:
            raise BadLines(self.found)
        if self.found:
            first = self.found[0]
            log.warning(
                "%s: %d %s left out, the first: %s", self.path, self.count, self.what, first
            )


@contextmanager
def opened(path: Path, *, utf8: bool = True) -> Iterator[BinaryIO]:
    """Open a file for reading bytes; .gz, .bz2 and .xz are unpacked, known by their first bytes.

    utf8: refuse UTF-16
    Raises BadFile for what is missing, a folder, unreadable, of another kind, or broken inside.
    """
    if path.is_dir():
        raise BadFile(f"{path}: a folder; name a file in it")
    try:
        with cast(io.BufferedReader, path.open("rb")) as raw:
            head = raw.peek(8)[:8]
            for magic, kind in _FOREIGN.items():
                if head.startswith(magic) and (utf8 or "UTF-16" not in kind):
                    raise BadFile(f"{path}: {kind}")
            unpack = next((u for magic, u in _PACKED.items() if head.startswith(magic)), None)
            with unpack(raw) if unpack else raw as file:  # type: ignore[arg-type]
                yield cast(BinaryIO, file)
    except FileNotFoundError as error:
        raise BadFile(f"{path}: no such file") from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise BadFile(f"{path}: cannot be read: {error}") from error


class Lines:
    """The lines of a file as (number from 1, text without its end), read once, from front to back.

    Lines that are not UTF-8 or hold a NUL character are noted in `problems` and left out.
    """

    HEAD = 4 << 20
    count = 0  # lines read so far, the bad ones too

    def __init__(self, path: Path, problems: Problems):
        self.path = path
        self.problems = problems
        self._rest = self._read()
        self._head: list[Line] | None = None

    def head(self) -> list[Line]:
        """The first four million characters, to judge the format by; they are yielded again."""
        if self._head is None:
            self._head = []
            size = 0
            for line in self._rest:
                self._head.append(line)
                size += len(line[1])
                if size > self.HEAD:
                    break
        return self._head

    def __iter__(self) -> Iterator[Line]:
        head = self.head()
        self._head = []
        return itertools.chain(head, self._rest)

    def _read(self) -> Iterator[Line]:
        with opened(self.path) as file:
            for number, raw in enumerate(track(file, f"reading {self.path.name}"), start=1):
                self.count = number
                if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
                    raw = raw[3:]
                raw = raw.removesuffix(b"\n").removesuffix(b"\r")
                try:
                    text = raw.decode("utf-8")
                except UnicodeDecodeError as error:
                    self.problems.add(number, _not_utf8(raw, error))
                    continue
                if "\0" in text:
                    place = text.index("\0") + 1
                    self.problems.add(
                        number, f"a NUL character at position {place}; is this a text file?"
                    )
                    continue
                yield number, text


def _not_utf8(raw: bytes, error: UnicodeDecodeError) -> str:
    return (
        f"not UTF-8: byte 0x{raw[error.start]:02X} at position {error.start + 1}; "
        "convert the file, for example with: iconv -f latin1 -t utf-8"
    )


@contextmanager
def written(path: Path) -> Iterator[io.TextIOBase]:
    """Open a file for writing UTF-8 with LF line ends; in place only once it is whole.

    Compresses where the name ends in .gz, .bz2 or .xz.
    """
    pack = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}.get(path.suffix.lower(), open)
    with (
        replacing(path) as temporary,
        pack(temporary, "wt", encoding="utf-8", newline="\n") as file,  # type: ignore[operator]
    ):
        yield cast(io.TextIOBase, file)


def unmarked(first: str) -> str:
    """The first text of a file, safe from losing a U+FEFF that is part of it."""
    return "\ufeff" + first if first.startswith("\ufeff") else first


def squeezed(text: str) -> str:
    """The words of a tokenized text with one space between them; other spaces are letters."""
    return " ".join([word for word in text.split(" ") if word])


def one_line(text: str, where: str) -> str:
    """The text, once it is sure that it reads back as one line; else BadValue."""
    if "\n" in text or "\0" in text or text.endswith("\r"):
        raise BadValue(f"{where} has a line end or NUL in it; write it as JSON lines instead")
    return text
