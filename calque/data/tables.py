"""Reads delimited files into values: columns found by name, place or content; and writes them."""

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from calque.data import columns as naming
from calque.data.batches import TableBuilder
from calque.data.columns import Columns
from calque.data.delimited import Delimited
from calque.data.lines import Problems, squeezed, written
from calque.data.quoting import joined
from calque.errors import BadFile, BadSetting, BadValue
from calque.values import Bitext, Labelled, Lexicon, Texts

log = logging.getLogger(__name__)

_NO_GOLD = {"class": ("",), "pair": ("", "-")}  # "-" is no majority in NLI sets


def read_labelled(
    path: Path,
    task: str,
    *,
    language: str = "und",
    columns: Columns | None = None,
    header: bool | None = None,
    quoted: bool | None = None,
    drop_bad: bool = False,
) -> Labelled:
    """Read a text or a pair of texts per row, with labels where there is a column of them.

    task:    "class" or "pair"
    columns: role -> name of a column or its place from 1; roles text, text_b, label
    header, quoted: None decides by evidence
    Labels are stripped of spaces; an empty one, and "-" in a pair, is missing.
    """
    if task not in _NO_GOLD:
        raise BadSetting(f"delimited text holds 'class' or 'pair', not '{task}'")
    reading = _Reading(path, task, columns, (language,), header, quoted, drop_bad)
    missing = _NO_GOLD[task]

    def finished(role: str, cell: str) -> str | None:
        if role != "label":
            return cell
        return None if cell.strip() in missing else cell.strip()

    table = reading.table(finished)
    if "label" not in reading.places:
        if reading.names:
            log.warning("%s: no column of labels among: %s", path, naming.listed(reading.names))
        table = table.append_column("label", pa.nulls(len(table), pa.string()))
    return Labelled(table, task, language)


def read_bitext(
    path: Path,
    *,
    source: str = "und",
    target: str = "und",
    columns: Columns | None = None,
    quoted: bool | None = None,
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read a sentence pair per row: columns named source and target, by language, or the first two.

    tokenized: words are separated by spaces; runs of spaces become one
    """
    reading = _Reading(path, "bitext", columns, (source, target), None, quoted, drop_bad)
    table = reading.table(lambda role, cell: squeezed(cell) if tokenized else cell)
    return Bitext(table, source, target, tokenized)


def read_texts(
    path: Path,
    *,
    language: str = "und",
    columns: Columns | None = None,
    quoted: bool | None = None,
    drop_bad: bool = False,
) -> Texts:
    """Read the column of texts alone."""
    reading = _Reading(path, "texts", columns, (language,), None, quoted, drop_bad)
    return Texts(reading.table(lambda role, cell: cell).select(["text"]), language)


class _Reading:
    """One delimited file with a place for each role."""

    def __init__(
        self,
        path: Path,
        task: str,
        columns: Columns | None,
        languages: Sequence[str],
        header: bool | None,
        quoted: bool | None,
        drop_bad: bool,
    ):
        self.path, self.task = path, task
        self.problems = Problems(path, drop_bad)
        self.file = Delimited(path, self.problems, quoted=quoted)
        first = self.file.first
        if header is None:
            header = self._has_header(columns, languages)
        self.header = header
        self.names = [cell.strip() for cell in first] if header else [""] * len(first)
        if not first:
            self.problems.settle()
            log.warning("%s: empty file, no rows", path)
            self.places = {role: place for place, role in enumerate(naming.NEEDED[task])}
        elif header and (columns or not self._fits_by_content(languages)):
            self.places = naming.find(self.names, task, columns, languages, path)
        else:
            self.places = self._by_content(columns)
        said = {role: self.names[p] or p + 1 for role, p in self.places.items()} if first else {}
        log.info("%s: %s; %s", path, self.file.about, said)

    def table(self, finished) -> pa.Table:
        """All rows; `finished(role, cell)` gives what is kept of a cell."""
        taken = tuple(self.places)
        extra = naming.extra(self.names, taken, tuple(self.places.values()))
        builder = TableBuilder(dict.fromkeys([*taken, *extra], pa.string()))
        roles = list(self.places.items())
        others = list(extra.values())
        for _, row in self.file.rows(header=self.header):
            kept = [finished(role, row[place]) for role, place in roles]
            builder.add([*kept, *(row[place] for place in others)], sum(map(len, row)))
        self.problems.settle()
        table = builder.table()
        log.info("%s: %d rows", self.path, len(table))
        return table

    def _has_header(self, columns: Columns | None, languages: Sequence[str]) -> bool:
        first = self.file.first
        if any(isinstance(name, str) for name in (columns or {}).values()):
            return True
        found = naming.by_name(first, self.task, languages)
        # a value that stands further down in its column as well is no name of the column
        return bool(found) and not any(
            row[place] == first[place]
            for row in self.file.sample
            if len(row) == len(first) and row != first
            for place in found.values()
        )

    def _fits_by_content(self, languages: Sequence[str]) -> bool:
        """Whether no name tells anything, but the number of columns does."""
        widths = {"class": 2, "pair": 3, "bitext": 2}
        told = naming.by_name(self.names, self.task, languages)
        return not told and len(self.names) == widths.get(self.task)

    def _by_content(self, columns: Columns | None) -> dict[str, int]:
        width = len(self.names)
        needed, optional = naming.NEEDED[self.task], naming.OPTIONAL[self.task]
        places = naming.told(self.names, self.task, columns, self.path)
        if not places and width == 2 and self.task == "class":
            label = self._fewest_values()
            places = {"text": 1 - label, "label": label}
            self._doubt_first_row(label)
        elif not places and width == 3 and self.task == "pair":
            label = self._fewest_values()
            rest = [place for place in range(3) if place != label]
            places = {"text": rest[0], "text_b": rest[1], "label": label}
            self._doubt_first_row(label)
        elif not places and (width == len(needed) or self.task in ("bitext", "lexicon")):
            places = {role: place for place, role in enumerate(needed) if place < width}
        missing = [role for role in needed if role not in places]
        if missing:
            roles = (*needed, *optional)
            places_said = ", ".join(f"{role}: {place}" for place, role in enumerate(roles, start=1))
            would_do = (
                f"put a first line with the names {', '.join(roles)}, or by their places "
                f"{naming.saying(places_said)}"
            )
            if width < len(needed):
                would_do = f"expected at least {len(needed)} columns separated by tabs"
            raise BadFile(
                f"{self.path}: no header and {width} column{'s' if width > 1 else ''}, "
                f"cannot tell which is the {missing[0]}; {would_do}"
            )
        return places

    def _fewest_values(self) -> int:
        width = len(self.names)
        rows = [row for row in self.file.sample[self.header :] if len(row) == width]
        distinct = [len({row[place] for row in rows}) for place in range(width)]
        # the last of equals: a label usually stands at the end
        return min(reversed(range(width)), key=lambda place: distinct[place])

    def _doubt_first_row(self, label: int) -> None:
        rows = [row for row in self.file.sample if len(row) == len(self.names)]
        counts = Counter(row[label] for row in rows)
        first = rows[0][label]
        if (
            not self.header
            and len(rows) > 10
            and counts.pop(first) == 1
            and counts
            and min(counts.values()) > 1
        ):
            log.warning(
                "%s: label '%s' of the first row stands nowhere else; if that row is a header, "
                "say header=true",
                self.path,
                first,
            )


def write_table(value: Labelled | Bitext | Lexicon | Texts, path: Path, separator: str) -> None:
    """Write a value with a header and CSV quoting where a cell needs it; missing is empty.

    Reads back equal, except that labels lose spaces around them and CRLF in a cell becomes LF.
    Raises BadValue for columns that hold no text or numbers, and for NUL characters.
    """
    names = value.table.column_names
    for field in value.table.schema:
        if pa.types.is_nested(field.type):
            raise BadValue(
                f"{path}: column '{field.name}' holds lists; write it as CoNLL or JSON lines"
            )
    with written(path) as file:
        file.write(joined(names, separator) + "\n")
        for batch in value.table.to_batches(max_chunksize=1024):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                file.write(joined(row, separator) + "\n")
