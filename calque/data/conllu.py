"""CoNLL-U, the format of Universal Dependencies: https://universaldependencies.org/format.html"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from calque.data.batches import TableBuilder
from calque.data.lines import Lines, Problems, written
from calque.errors import BadSetting, BadValue
from calque.roles import reader
from calque.values import Labelled
from calque.values.labelled import TASKS

log = logging.getLogger(__name__)

_ID, _FORM, _UPOS, _HEAD, _RELATION, _WIDTH = 0, 1, 3, 6, 7, 10


@dataclass
class _Sentence:
    """Words with UPOS, head and relation; facts are the comments sent_id and text."""

    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    head_lines: list[tuple[int, int]] = field(default_factory=list)
    bad: bool = False


@reader
def conllu(
    path: Path, *, task: str = "parse", language: str = "und", drop_bad: bool = False
) -> Labelled:
    """Read the syntactic words of each sentence; multiword ranges and empty nodes are passed over.

    path:     also .gz, .bz2, .xz
    task:     "parse" (UPOS, heads, relations) or "tags" (UPOS alone)
    drop_bad: leave sentences with a bad line out instead of refusing the file
    Comments sent_id and text are kept as columns. A sentence whose UPOS, or whose heads, are all
    _ has none. Subtypes of relations (`nmod:poss`) are kept.
    """
    if task not in ("parse", "tags"):
        raise BadSetting(f"data.conllu: task must be parse or tags, not '{task}'")
    problems = Problems(path, drop_bad)
    fields = TASKS[task] | {"sent_id": pa.string(), "text": pa.string()}
    builder = TableBuilder(fields)
    for sentence in _sentences(Lines(path, problems), problems, task == "parse"):
        builder.add(_row(sentence, task), sum(len(word) + 16 for word in sentence.words))
    problems.settle()
    table = builder.table()
    for name in ("sent_id", "text"):
        if table[name].null_count == len(table):
            table = table.drop_columns([name])
    log.info("%s: %d sentences", path, len(table))
    return Labelled(table, task, language)


def _row(sentence: _Sentence, task: str) -> list[Any]:
    tags = None if all(tag == "_" for tag in sentence.tags) else sentence.tags
    row: list[Any] = [sentence.words, tags]
    if task == "parse":
        known = any(head >= 0 for head in sentence.heads)
        row += [sentence.heads if known else None, sentence.relations if known else None]
    return [*row, sentence.facts.get("sent_id"), sentence.facts.get("text")]


def _sentences(lines: Lines, problems: Problems, parse: bool) -> Iterator[_Sentence]:
    sentence = _Sentence()
    for number, text in lines:
        if not text.strip(" \t"):
            if _finish(sentence, problems):
                yield sentence
            sentence = _Sentence()
        elif text.startswith("#"):
            key, mark, fact = text[1:].partition("=")
            if mark and key.strip() in ("sent_id", "text"):
                sentence.facts[key.strip()] = fact.removeprefix(" ")
        else:
            trouble = _add(sentence, text.split("\t"), number, parse)
            # one wrong number makes those after it wrong: the first of a sentence says enough
            if trouble and not (sentence.bad and trouble.startswith("expected word")):
                problems.add(number, trouble)
                sentence.bad = True
    if _finish(sentence, problems):
        yield sentence


def _add(sentence: _Sentence, cells: list[str], number: int, parse: bool) -> str:
    """Add the word on this line, and say what is wrong with it."""
    if len(cells) != _WIDTH:
        return f"expected 10 columns separated by tabs, found {len(cells)}"
    if "-" in cells[_ID] or "." in cells[_ID]:
        return ""
    due = len(sentence.words) + 1
    sentence.words.append(cells[_FORM])
    sentence.tags.append(cells[_UPOS])
    sentence.relations.append(cells[_RELATION])
    head = -1
    trouble = "" if cells[_ID] == str(due) else f"expected word {due}, found '{cells[_ID]}'"
    if parse and cells[_HEAD].isascii() and cells[_HEAD].isdigit():
        head = int(cells[_HEAD])
        sentence.head_lines.append((number, head))
    elif parse and cells[_HEAD] != "_":
        trouble = trouble or f"the head must be a number, found '{cells[_HEAD]}'"
    sentence.heads.append(head)
    return trouble


def _finish(sentence: _Sentence, problems: Problems) -> bool:
    """Check the heads against the length; whether the sentence is whole and has words."""
    count = len(sentence.words)
    if sentence.head_lines and not sentence.bad and len(sentence.head_lines) < count:
        problems.add(
            sentence.head_lines[0][0], "some words of this sentence have a head, some have none"
        )
        sentence.bad = True
    for number, head in sentence.head_lines:
        if head > count and not sentence.bad:
            problems.add(number, f"head {head} lies outside the sentence of {count} words")
            sentence.bad = True
    return bool(count) and not sentence.bad


def write_conllu(value: Labelled, path: Path) -> None:
    """Write task "parse" or "tags": the columns ID, FORM, UPOS, HEAD and DEPREL, others as _.

    Columns sent_id and text become comments, other columns are left out; reads back equal.
    Raises BadValue for what the format cannot hold: no words, empty words, tabs and line ends.
    """
    if value.task not in ("parse", "tags"):
        raise BadValue(f"{path}: CoNLL-U holds a parse or tags, not '{value.task}'")
    with written(path) as file:
        for place, row in enumerate(value):
            cells = [
                item for name in ("words", "tags", "relations") for item in row.get(name) or ()
            ]
            comments = {key: row[key] for key in ("sent_id", "text") if row.get(key) is not None}
            if not row["words"] or not all(cells):
                raise BadValue(f"{path}: row {place} has no words, or an empty word or tag")
            if any(mark in cell for cell in cells for mark in "\t\n\r\0"):
                raise BadValue(f"{path}: row {place} has a tab, a line end or NUL in a word or tag")
            if any(mark in fact for fact in comments.values() for mark in "\n\r\0"):
                raise BadValue(f"{path}: row {place} has a line end or NUL in sent_id or text")
            file.writelines(f"# {key} = {fact}\n" for key, fact in comments.items())
            file.writelines(_lines(row))


def _lines(row: dict[str, Any]) -> Iterator[str]:
    count = len(row["words"])
    blank = ["_"] * count
    tags, relations = row["tags"] or blank, row.get("relations") or blank
    heads = row.get("heads") or blank
    for place in range(count):
        word = row["words"][place]
        yield (
            f"{place + 1}\t{word}\t_\t{tags[place]}\t_\t_\t{heads[place]}\t{relations[place]}\t_\t_\n"
        )
    yield "\n"
