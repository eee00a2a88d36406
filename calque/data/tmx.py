"""Translation memories in TMX 1.4, unit by unit: https://www.gala-global.org/tmx-14b

Nothing outside the file is ever opened, and a file that declares entities is refused: that is how
a small file becomes a large one.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from calque.data.batches import TableBuilder
from calque.data.columns import closeness
from calque.data.lines import Problems, opened, squeezed, written
from calque.errors import BadFile, BadValue, UnknownName
from calque.languages import resolve
from calque.progress import track
from calque.roles import reader
from calque.values import Bitext

log = logging.getLogger(__name__)

_TEXT = {"seg", "hi", "sub"}
_DECIDES = _TEXT | {"bpt", "ept", "it", "ph", "ut"}  # these hold codes of the original document
_BLOCK = 1 << 16
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CR = {"\r": "&#13;"}


@dataclass
class _Unit:
    """A translation unit: its id, and a text per language code."""

    name: str | None
    texts: dict[str, str] = field(default_factory=dict)


@reader
def tmx(
    path: Path,
    *,
    source: str = "und",
    target: str = "und",
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read one pair per translation unit that has both languages, in any encoding that XML allows.

    path:      also .gz, .bz2, .xz
    source, target: languages; their codes in the file may be written otherwise (`sw` for swh).
               "und" takes the source of the file's header, and the only other language
    tokenized: words are separated by spaces; runs of spaces become one
    drop_bad:  leave units without a text out instead of refusing the file
    The unit's id is kept as column `id`. Units that lack one of the languages are counted in the
    log and left out; of several texts in one language the first counts. Codes of the original
    document inside a text (<bpt>, <ph> and the like) are left out.
    """
    problems = Problems(path, drop_bad)
    reading = _Tmx(path, problems)
    builder = TableBuilder({"source": pa.string(), "target": pa.string(), "id": pa.string()})
    sides = (source, target)
    for unit in reading.units():
        if "und" in sides:
            sides = _sides(path, unit, reading.source, sides)
        left, right = (_text(unit, side) for side in sides)
        if left is None or right is None:
            continue
        if tokenized:
            left, right = squeezed(left), squeezed(right)
        builder.add((left, right, unit.name), len(left) + len(right))
    problems.settle()
    table = builder.table()
    reading.tell(len(table), sides)
    if table["id"].null_count == len(table):
        table = table.drop_columns(["id"])
    return Bitext(table, _canonical(sides[0]), _canonical(sides[1]), tokenized)


def _sides(path: Path, unit: _Unit, header: str, sides: tuple[str, str]) -> tuple[str, str]:
    """The languages as the file writes them, where the user did not say."""
    source, target = sides
    others = [code for code in unit.texts if not closeness(code, source) and code != source]
    if source == "und":
        others = [code for code in unit.texts if not closeness(code, target) and code != target]
        source = next((code for code in others if code.lower() == header.lower()), "")
        source = source or (others[0] if len(others) == 1 else "")
        others = [code for code in others if code != source]
    if target == "und":
        target = others[0] if len(others) == 1 else ""
    if not source or not target:
        raise BadFile(
            f"{path}: it has {', '.join(unit.texts)}; say which is source and which target"
        )
    return source, target


def _text(unit: _Unit, language: str) -> str | None:
    if language in unit.texts:
        return unit.texts[language]
    near = max(unit.texts, key=lambda code: closeness(code, language), default="")
    return unit.texts[near] if near and closeness(near, language) else None


def _canonical(code: str) -> str:
    try:
        return resolve(code).tag
    except UnknownName:  # a private code means what the file's maker says
        return code


class _Tmx:
    """Parses a file; `source` is the header's language, `languages` counts units by language."""

    def __init__(self, path: Path, problems: Problems):
        self.path, self.problems = path, problems
        self.source = ""
        self.count = 0
        self.languages: Counter[str] = Counter()
        self._open: list[str] = []
        self._done: list[_Unit] = []
        self._unit: _Unit | None = None
        self._language: str | None = None
        self._pieces: list[str] | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._declares
        parser.SkippedEntityHandler = self._skipped

    def units(self) -> Iterator[_Unit]:
        """Each unit, as soon as it is read."""
        with opened(self.path, utf8=False) as file:
            blocks = iter(lambda: file.read(_BLOCK), b"")
            try:
                for block in track(blocks, f"reading {self.path.name}"):
                    self._parser.Parse(block, False)
                    yield from self._finished()
                self._parser.Parse(b"", True)
            except expat.ExpatError as error:
                what = expat.ErrorString(error.code)
                raise BadFile(f"{self.path}:{error.lineno}: not well-formed XML: {what}") from error
        yield from self._finished()

    def tell(self, pairs: int, sides: tuple[str, str]) -> None:
        """Say how many units are pairs of these languages; BadFile where none is."""
        found = ", ".join(f"{code} {count}" for code, count in self.languages.items())
        if self.count and not pairs:
            raise BadFile(
                f"{self.path}: no unit has both {sides[0]} and {sides[1]}; units by language: {found}"
            )
        log.info("%s: %d pairs of %d units (%s)", self.path, pairs, self.count, found)
        if pairs < self.count:
            lacking = self.count - pairs
            log.warning("%s: %d units without %s or %s left out", self.path, lacking, *sides)

    def _finished(self) -> Iterator[_Unit]:
        done, self._done = self._done, []
        for unit in done:
            self.count += 1
            self.languages.update(unit.texts.keys())
            yield unit

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open and name != "tmx":
            raise BadFile(f"{self.path}: not TMX: its first element is <{name}>")
        self._open.append(name)
        if name == "header":
            self.source = attributes.get("srclang", "")
        elif name == "tu":
            self._unit = _Unit(attributes.get("tuid"))
        elif name == "tuv":
            self._language = attributes.get("xml:lang") or attributes.get("lang")
            if self._language is None:
                self.problems.add(self._parser.CurrentLineNumber, "a <tuv> without xml:lang")
        elif name == "seg":
            self._pieces = []

    def _end(self, name: str) -> None:
        self._open.pop()
        if name == "seg" and self._unit and self._language and self._pieces is not None:
            self._unit.texts.setdefault(self._language, "".join(self._pieces))
            self._pieces = None
        elif name == "tu" and self._unit:
            self._done.append(self._unit)
            self._unit = None

    def _characters(self, text: str) -> None:
        inner = next((name for name in reversed(self._open) if name in _DECIDES), "")
        if self._pieces is not None and inner in _TEXT:
            self._pieces.append(text)

    def _declares(self, name: str, *_: object) -> None:
        raise BadFile(f"{self.path}: declares the entity '{name}'; take its declarations out")

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            line = self._parser.CurrentLineNumber
            self.problems.add(
                line, f"the entity &{name}; is not defined; write the character itself"
            )


def write_tmx(bitext: Bitext, path: Path) -> None:
    """Write one unit per pair; reads back equal. BadValue for characters that XML cannot hold."""
    if bitext.source == bitext.target:
        raise BadValue(f"{path}: TMX tells sides by language, and both are '{bitext.source}'")
    source, target = quoteattr(bitext.source), quoteattr(bitext.target)
    ids = bitext.table["id"].to_pylist() if "id" in bitext.table.column_names else None
    with written(path) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header ')
        file.write('creationtool="calque" creationtoolversion="1" segtype="sentence" ')
        file.write(f'o-tmf="none" adminlang="en" srclang={source} datatype="plaintext"/>\n<body>\n')
        for place, sides in enumerate(bitext):
            name = "" if ids is None or ids[place] is None else f" tuid={quoteattr(ids[place])}"
            file.write(f"<tu{name}>")
            for language, text in zip((source, target), sides, strict=True):
                if _FORBIDDEN.search(text):
                    raise BadValue(f"{path}: pair {place} has a control character; XML has none")
                # a bare CR would be read as LF
                file.write(f"<tuv xml:lang={language}><seg>{escape(text, _CR)}</seg></tuv>")
            file.write("</tu>\n")
        file.write("</body></tmx>\n")
