"""A small corpus in real languages, written for this project: 800 sentences line by line.

Eight topics, 100 sentences each, with persons, places, organizations and dates marked in every
language. Machine-written and not reviewed by native speakers; see docs/data-card.md.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from calque.errors import UnknownName
from calque.languages.codes import resolve

FOLDER = Path(__file__).parent
SPLITS = ("train", "dev", "test")
_MARK = re.compile(r"\[(PER|LOC|ORG|DATE) ([^\[\]]+)\]")


class Sentence(NamedTuple):
    """One line: `spans` are (type, first character, after the last) in `text`."""

    id: str
    split: str
    topic: str
    text: str
    spans: tuple[tuple[str, int, int], ...]


def languages() -> tuple[str, ...]:
    """Languages of the corpus, ISO 639-3."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.tsv")))


@cache
def sentences(language: str, split: str = "all") -> tuple[Sentence, ...]:
    """The sentences of a language in order; equal places in two languages are translations.

    language: any code of one of the `languages`
    split:    "train" (560), "dev" (80), "test" (160) or "all"
    """
    code = resolve(language).code
    if code not in languages():
        raise UnknownName(f"the commons have no {code}; they have: {', '.join(languages())}")
    if split not in (*SPLITS, "all"):
        raise UnknownName(f"the commons have no split '{split}'; they have: {', '.join(SPLITS)}")
    lines = (FOLDER / f"{code}.tsv").read_text(encoding="utf-8").split("\n")[1:-1]
    rows = (line.split("\t") for line in lines)
    return tuple(
        Sentence(row_id, part, topic, *unmarked(marked))
        for row_id, part, topic, marked in rows
        if split in (part, "all")
    )


def unmarked(marked: str) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """Text without marks, and where they were: "In [LOC Lima]." becomes "In Lima.", LOC 3 to 7."""
    pieces, spans, end, length = [], [], 0, 0
    for mark in _MARK.finditer(marked):
        before = marked[end : mark.start()]
        pieces += [before, mark[2]]
        start = length + len(before)
        length = start + len(mark[2])
        spans.append((mark[1], start, length))
        end = mark.end()
    return "".join([*pieces, marked[end:]]), tuple(spans)
