"""Extractive question answering: SQuAD documents, and the same fields flat in JSON lines.

Source: Rajpurkar et al. 2016, "SQuAD", https://arxiv.org/abs/1606.05250; version 2.0 adds questions
without an answer
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from calque.data.batches import TableBuilder
from calque.data.lines import Lines, Problems, written
from calque.data.objects import objects
from calque.errors import BadValue
from calque.roles import reader
from calque.values import Labelled
from calque.values.labelled import TASKS

log = logging.getLogger(__name__)

_FIELDS = TASKS["answer"] | {
    "id": pa.string(),
    "title": pa.string(),
    "answers": pa.list_(pa.string()),
}


@reader
def squad(
    path: Path,
    *,
    language: str = "und",
    question: str = "question",
    answers: str = "answers",
    drop_bad: bool = False,
) -> Labelled:
    """Read a question with its context and answers per row; `answer` is the first of them.

    path:     a document {"data": [{"paragraphs": …}]}, or lines or an array of objects with the
              fields context, question, answers {text, answer_start}; also .gz, .bz2, .xz
    question, answers: names of these fields, for sets that have several
    drop_bad: leave bad questions out, for example those without a context, instead of refusing
    Offsets count characters. An offset at which the answer does not stand becomes the nearest one
    at which it does, or -1, and is counted. No answer in the file's list is "" at -1; no list at
    all is a missing answer.
    """
    problems = Problems(path, drop_bad)
    return answers_of(objects(Lines(path, problems)), language, question, answers, problems)


def answers_of(
    found: Iterator[tuple[int, dict[str, Any]]],
    language: str,
    question: str,
    answers: str,
    problems: Problems,
) -> Labelled:
    """The questions of documents or flat objects, each with the number of its line."""
    builder = TableBuilder(_FIELDS)
    moved = lost = 0
    for number, thing in found:
        for item in _flat(thing):
            row, trouble = _row(item, question, answers)
            if trouble:
                name = item.get("id")
                problems.add(number, (f"question {name}: " if name is not None else "") + trouble)
                continue
            context, _, answer, start = row[:4]
            row[3], change = _offset(context, answer, start)
            moved += change == "moved"
            lost += change == "lost"
            builder.add(row, len(row[0]) + len(row[1]))
    problems.settle()
    table = builder.table()
    log.info("%s: %d questions", problems.path, len(table))
    if moved or lost:
        log.warning(
            "%s: %d offsets moved to where the answer stands, %d answers stand nowhere (start -1)",
            problems.path,
            moved,
            lost,
        )
    return Labelled(table, "answer", language)


def _flat(thing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The questions of a document, each with its context and title; or the object itself."""
    articles = thing.get("data")
    if not isinstance(articles, list):
        yield thing
        return
    for article in articles:
        for paragraph in _listed(article, "paragraphs"):
            for asked in _listed(paragraph, "qas"):
                if isinstance(asked, dict):
                    context, title = paragraph.get("context"), article.get("title")
                    yield {"context": context, "title": title} | asked


def _listed(thing: Any, name: str) -> list[Any]:
    found = thing.get(name) if isinstance(thing, dict) else None
    return found if isinstance(found, list) else []


def _row(item: dict[str, Any], question: str, answers: str) -> tuple[list[Any], str]:
    """The columns of a question, and what is wrong with it."""
    for name in ("context", question):
        if item.get(name) is None:
            return [], f"field '{name}' is missing or null; it has: {', '.join(item)}"
        if not isinstance(item[name], str):
            return [], f"field '{name}' holds no text"
    given = _answers(item.get(answers))
    if given is None:
        return [], f"field '{answers}' holds neither {{text, answer_start}} nor a list of those"
    texts, starts = given
    answer = (texts[0] if texts else "") if item.get(answers) is not None else None
    start = starts[0] if starts else -1
    name, title = (None if item.get(k) is None else str(item[k]) for k in ("id", "title"))
    row = [item["context"], item[question], answer, start, name, title]
    return [*row, texts if item.get(answers) is not None else None], ""


def _answers(given: Any) -> tuple[list[str], list[int]] | None:
    """Texts and offsets of the answers; None where they have another form."""
    if given is None:
        return [], []
    if isinstance(given, dict):
        texts, starts = given.get("text"), given.get("answer_start")
        if not isinstance(texts, list) or not isinstance(starts, list) or len(texts) != len(starts):
            return None
        given = [{"text": t, "answer_start": s} for t, s in zip(texts, starts, strict=True)]
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return None
    texts = [one.get("text") for one in given]
    starts = [one.get("answer_start", -1) for one in given]
    if not all(isinstance(t, str) for t in texts) or not all(type(s) is int for s in starts):
        return None
    return texts, starts  # type: ignore[return-value]


def _offset(context: str, answer: str | None, start: int) -> tuple[int, str]:
    """Where the answer stands in the context, and whether the offset was "moved" or "lost"."""
    if not answer:
        return -1, ""
    if start >= 0 and context.startswith(answer, start):
        return start, ""
    places = []
    at = context.find(answer)
    while at >= 0:
        places.append(at)
        at = context.find(answer, at + 1)
    if not places:
        return -1, "lost"
    return min(places, key=lambda place: abs(place - start)), "moved"


def write_squad(value: Labelled, path: Path) -> None:
    """Write task "answer" as a SQuAD document, one paragraph for each run of equal contexts.

    Columns id, title and answers are kept, other columns left out. Reads back equal, with id, title
    and answers beside.
    """
    if value.task != "answer":
        raise BadValue(f"{path}: SQuAD holds answers, not '{value.task}'")
    paragraphs: list[tuple[Any, dict[str, Any]]] = []
    for place, row in enumerate(value):
        if not paragraphs or (row.get("title"), row["context"]) != (
            paragraphs[-1][0],
            paragraphs[-1][1]["context"],
        ):
            paragraphs.append((row.get("title"), {"context": row["context"], "qas": []}))
        name = row.get("id")
        asked: dict[str, Any] = {
            "id": str(place) if name is None else name,
            "question": row["question"],
        }
        if row["answer"] is not None:
            texts = list(row.get("answers") or ([row["answer"]] if row["answer"] else []))
            starts = [row["start"]] + [row["context"].find(text) for text in texts[1:]]
            asked["answers"] = [
                {"text": text, "answer_start": start}
                for text, start in zip(texts, starts, strict=False)
            ]
        paragraphs[-1][1]["qas"].append(asked)
    articles = [{"title": title, "paragraphs": [paragraph]} for title, paragraph in paragraphs]
    with written(path) as file:
        json.dump({"version": "1.1", "data": articles}, file, ensure_ascii=False)
