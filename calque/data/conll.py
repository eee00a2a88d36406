"""Words with tags, one word per line, a blank line between sentences: CoNLL and its relatives.

Comments, separator and columns differ from set to set, so each is judged from the first ten
thousand lines and said in the log. Spans come out as IOB2 whatever scheme the file has.
"""

import itertools
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from calque.data.batches import TableBuilder
from calque.data.lines import Line, Lines, Problems, unmarked, written
from calque.data.spans import are_spans, iob2
from calque.errors import BadFile, BadSetting, BadValue
from calque.roles import reader
from calque.values import Labelled

log = logging.getLogger(__name__)

_COMMENT = re.compile(r"# ?([\w.-]+(?: [\w.-]+)*) ?= ?(.*)")
_SURE_COMMENT = re.compile(r"# [\w.-]+(?: [\w.-]+)* = ")
_KEPT_COMMENTS = {name: name.replace("-", "_") for name in ("id", "sent_id", "text", "text-en")}
_WORDS = pa.list_(pa.string())
_JUDGED = 10_000


@dataclass
class _Sentence:
    """The words of a sentence with their columns, and its comments."""

    rows: list[list[str]] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


@reader
def conll(
    path: Path,
    *,
    task: str = "tags",
    language: str = "und",
    token: int | None = None,
    tag: int | None = None,
    comments: bool | None = None,
    drop_bad: bool = False,
) -> Labelled:
    """Read sentences of tagged words; a file of words alone gives sentences without tags.

    path:     also .gz, .bz2, .xz
    task:     "tags", or "slots" for spans with an intent (comment `# intent = …`) per sentence
    token, tag: columns, from 1; by default the first column, or the second where the first counts
              words, and the last column whose tags are spans, or else the last
    comments: lines that start with # are comments; None decides: in a file with tabs those without
              one, in a file with spaces those of the form `# key = value`
    drop_bad: leave sentences with a bad line out instead of refusing the file
    Columns are split at tabs where the file has any, else at spaces. Comments id, sent_id, text,
    text-en are kept as columns; -DOCSTART- lines are dropped; a nested tag `B-PER#O` is split at #,
    the inner one kept as column `nested`.
    """
    if task not in ("tags", "slots"):
        raise BadSetting(f"data.conll: task must be tags or slots, not '{task}'")
    problems = Problems(path, drop_bad)
    file = _Conll(Lines(path, problems), token, tag, comments)
    log.info("%s: %s", path, file.about)
    fields: dict[str, pa.DataType] = {"words": _WORDS, "tags": _WORDS}
    if task == "slots":
        fields["label"] = pa.string()
    if file.nested:
        fields["nested"] = _WORDS
    kept = {key: name for key, name in _KEPT_COMMENTS.items() if key in file.keys}
    builder = TableBuilder(fields | dict.fromkeys(kept.values(), pa.string()))
    counts = _Counts()
    for sentence in file.sentences():
        row = file.row(sentence, counts)
        if task == "slots":
            row.insert(2, sentence.facts.get("intent"))
        row += [sentence.facts.get(key) for key in kept]
        builder.add(row, sum(len(word) + 8 for word in row[0] or ()))
    problems.settle()
    table = builder.table()
    counts.tell(path, len(table))
    if task == "slots" and len(table) and "intent" not in file.keys:
        log.warning("%s: no comments '# intent = …', so no labels", path)
    return Labelled(table, task, language)


@dataclass
class _Counts:
    """What was changed while reading, for the log."""

    opened: int = 0
    unopened: int = 0
    empty: int = 0

    def tell(self, path: Path, rows: int) -> None:
        """Say it: an I- without its B- in a file that has B- is an error of the file."""
        log.info("%s: %d sentences", path, rows)
        if self.unopened > self.opened:
            log.info("%s: IO or IOB1 tags read as IOB2 (%d spans)", path, self.unopened)
        elif self.unopened:
            log.warning(
                "%s: %d I- tags without a B- before them now begin a span", path, self.unopened
            )
        if self.empty:
            log.warning("%s: %d words are empty and kept", path, self.empty)


class _Conll:
    """One file with its separator, kind of comments and columns decided."""

    def __init__(self, lines: Lines, token: int | None, tag: int | None, comments: bool | None):
        self.lines = lines
        head = lines.head()
        filled = [text for _, text in head[:_JUDGED] if text.strip(" \t")]
        # where every sentence is of words with # alone, what looks like a comment is left out instead
        bare = [text for text in filled if not text.startswith("#")]
        bare = bare or [text for text in filled if not _COMMENT.fullmatch(text)] or filled
        tabs = 2 * sum("\t" in text for text in bare) >= len(bare) and bool(bare)
        self.separator = "\t" if tabs else " "
        self.comments = comments
        widths = Counter(len(self._cells(text)) for text in bare)
        self.width = max(widths, key=lambda width: (widths[width], -width)) if widths else 1
        self.keys: set[str] = set()
        pieces = self._split(head, Problems(lines.path, drop_bad=True))
        sample = list(itertools.islice(pieces, _JUDGED // 10))
        for sentence in sample:
            self.keys.update(sentence.facts)
        rows = [row for sentence in sample for row in sentence.rows]
        counting = self.width > 2 and _counts_words(sample)
        self.token = self._place(token, "token", int(counting))
        self.tag = None
        if self.width > 1 or tag is not None:
            self.tag = self._place(tag, "tag", self._tag_column(rows))
        if self.tag == self.token:
            raise BadSetting(f"data.conll: column {self.token + 1} cannot be both token and tag")
        values = [row[self.tag].split("#") for row in rows] if self.tag is not None else []
        self.nested = bool(values) and all(len(v) == 2 and are_spans(v) for v in values)

    @property
    def about(self) -> str:
        """How the file is read, for the log."""
        tags = "no tags" if self.tag is None else f"tags in column {self.tag + 1}"
        between = "tabs" if self.separator == "\t" else "spaces"
        return f"columns separated by {between}, words in column {self.token + 1}, {tags}"

    def sentences(self) -> Iterator[_Sentence]:
        """Every sentence but -DOCSTART- markers and those with a bad line."""
        markers = 0
        for sentence in self._split(self.lines, self.lines.problems):
            marked = [row for row in sentence.rows if row[self.token] != "-DOCSTART-"]
            markers += len(sentence.rows) - len(marked)
            sentence.rows = marked
            if sentence.rows:
                yield sentence
        if markers:
            log.info("%s: %d -DOCSTART- lines left out", self.lines.path, markers)

    def row(self, sentence: _Sentence, counts: _Counts) -> list:
        """The columns words, tags and, where there is one, nested."""
        words = [row[self.token] for row in sentence.rows]
        counts.empty += sum(not word for word in words)
        if self.tag is None:
            return [words, None]
        layers = [[row[self.tag] for row in sentence.rows]]
        if all(tag == "_" for tag in layers[0]):  # written for "not known"
            return [words, None]
        if self.nested:
            layers = [
                list(layer) for layer in zip(*(t.split("#", 1) for t in layers[0]), strict=True)
            ]
        read = []
        for layer in layers:
            tags, unopened = iob2(layer)
            counts.unopened += unopened
            counts.opened += sum(tag[:2] == "B-" for tag in tags) - unopened
            read.append(tags)
        return [words, *read]

    def _split(self, lines: Sequence[Line] | Lines, problems: Problems) -> Iterator[_Sentence]:
        sentence = _Sentence()
        bad = False
        for number, text in lines:
            if not text.strip(" \t"):
                if sentence.rows and not bad:
                    yield sentence
                sentence, bad = _Sentence(), False
                continue
            cells = self._cells(text)
            if text.startswith("#") and self._is_comment(text, cells):
                if found := _COMMENT.fullmatch(text):
                    sentence.facts[found[1]] = found[2]
            elif len(cells) != self.width:
                name = "tabs" if self.separator == "\t" else "spaces"
                problems.add(
                    number,
                    f"expected {self.width} columns, found {len(cells)}; columns are separated by {name}",
                )
                bad = True
            else:
                sentence.rows.append(cells)
        if sentence.rows and not bad:
            yield sentence

    def _is_comment(self, text: str, cells: Sequence[str]) -> bool:
        if self.comments is not None:
            return self.comments
        if self.separator == "\t":
            return len(cells) == 1 < self.width or _SURE_COMMENT.match(text) is not None
        return len(cells) != self.width and _COMMENT.fullmatch(text) is not None

    def _cells(self, text: str) -> list[str]:
        if self.separator == "\t":
            return text.split("\t")
        return [cell for cell in text.split(" ") if cell]

    def _place(self, told: int | None, what: str, guessed: int) -> int:
        if told is None:
            return guessed
        if not 1 <= told <= self.width:
            raise BadFile(
                f"{self.lines.path}: no column {told} for the {what}; "
                f"it has {self.width}, counted from 1"
            )
        return told - 1

    def _tag_column(self, rows: Sequence[Sequence[str]]) -> int:
        for place in reversed(range(self.token + 1, self.width)):
            if are_spans(row[place] for row in rows):
                return place
        return self.width - 1


def _counts_words(sentences: Sequence[_Sentence]) -> bool:
    """Whether the first of several columns is the number of the word in its sentence."""
    counting = [
        [row[0] for row in sentence.rows] == [str(n + 1) for n in range(len(sentence.rows))]
        for sentence in sentences
    ]
    return bool(counting) and 2 * sum(counting) > len(counting)


def write_conll(value: Labelled, path: Path) -> None:
    """Write task "tags" or "slots": word and tag with a tab between, comments before each sentence.

    Columns label (as intent), id, sent_id, text and text_en become comments; other columns are
    left out. Missing tags are written as _. Reads back equal where spans are IOB2.
    Raises BadValue for what the format cannot hold: no words, tabs and line ends, -DOCSTART-.
    """
    if value.task not in ("tags", "slots"):
        raise BadValue(f"{path}: CoNLL holds tags or slots, not '{value.task}'")
    comments = {"label": "intent"} | {name: key for key, name in _KEPT_COMMENTS.items()}
    with written(path) as file:
        for place, row in enumerate(value):
            facts = {key: row[name] for name, key in comments.items() if row.get(name) is not None}
            if trouble := _unwritable(row, facts.values()):
                raise BadValue(f"{path}: row {place} {trouble}")
            text = _written(row, facts)
            file.write(unmarked(text) if place == 0 else text)


def _written(row: dict[str, Any], facts: dict[str, str]) -> str:
    tags = row["tags"] if row["tags"] is not None else ["_"] * len(row["words"])
    if row.get("nested") is not None:
        tags = [f"{tag}#{inner}" for tag, inner in zip(tags, row["nested"], strict=True)]
    lines = [f"# {key} = {fact}" for key, fact in facts.items()]
    lines += [f"{word}\t{tag}" for word, tag in zip(row["words"], tags, strict=True)]
    return "\n".join([*lines, "", ""])


def _unwritable(row: dict[str, Any], facts: Iterable[str]) -> str:
    """What CoNLL cannot hold of this sentence."""
    words, tags = row["words"], row["tags"]
    if not words:
        return "has no words; a sentence needs one"
    if any(word == "-DOCSTART-" or _SURE_COMMENT.match(word) for word in words):
        return "has a word that CoNLL reads as a document marker or a comment"
    if any(mark in item for item in (*words, *(tags or ())) for mark in "\t\n\r\0"):
        return "has a word or tag with a tab, a line end or NUL in it"
    if any(
        not (word + tag).strip(" ")
        for word, tag in zip(words, tags or "_" * len(words), strict=True)
    ):
        return "has an empty word with an empty tag"
    if any(mark in fact for fact in facts for mark in "\n\r\0"):
        return "has a line end or NUL in a comment"
    return ""
