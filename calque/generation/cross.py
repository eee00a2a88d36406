"""Questions about one language's sentences, put to their translations.

Source: Li and Callison-Burch 2023, "PAXQA", sections 3.2 and 3.3: answers go over word links; what a question shares
with its context is translated as it stands in the other context, https://aclanthology.org/2023.findings-emnlp.32
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from calque.errors import BadValue
from calque.generation.troubled import strings
from calque.roles import part
from calque.values import Labelled

LOST = "the answer is lost: "


@part(paper="paxqa")
def cross(questions: Labelled, projected: Labelled, *, whole: bool = True) -> Labelled:
    """Ask each question of the translation of its sentence; its answer is what the span became there.

    Column `constraints` holds what the other spans of the sentence became, where the question has them too: phrases
    that a translation of the question must hold to speak of the same things (`models.translate_constrained`).
    Column `trouble` says why an example is not to be used; it stays, with its answer null, so that lines stay together.

    questions: of `generation.cloze`, or others with its columns `row` and `span`
    projected: what a projector made of the examples that were asked about, with its account
    whole:     whether an answer that arrived changed, such as without a word, is trouble; other spans that did are then
               no phrases either
    """
    for name, have in (("row", questions), ("span", questions), ("account", projected)):
        if name not in have.table.column_names:
            raise BadValue(
                f"generation.cross: no column '{name}'; it takes questions of generation.cloze and what a "
                "projector made of the same examples"
            )
    last = max(questions.table["row"].to_pylist(), default=-1)
    if last >= len(projected):
        raise BadValue(
            f"generation.cross: a question about example {last}, of {len(projected)} that were projected"
        )
    targets = list(projected)
    contexts, answers, starts, troubles = [], [], [], []
    phrases: list[list[str]] = []
    for asked in questions:
        target = targets[asked["row"]]
        answer, start, trouble = _answer(target["words"], target["account"][asked["span"]], whole)
        contexts.append(" ".join(target["words"]))
        answers.append(answer)
        starts.append(start)
        troubles.append(trouble)
        became = enumerate(_became(target, asked["context"], whole))
        shared = [
            new
            for k, (old, new) in became
            if k != asked["span"] and new and _holds(asked["question"], old)
        ]
        phrases.append(list(dict.fromkeys(shared)))
    made = questions.with_columns(
        context=strings(contexts),
        answer=strings(answers),
        start=pa.array(starts, pa.int32()),
        constraints=pa.array(phrases, pa.list_(pa.string())),
        trouble=strings(troubles),
    )
    return Labelled(made.table, "answer", projected.language)


def _answer(
    words: list[str], entry: dict[str, Any], whole: bool
) -> tuple[str | None, int | None, str]:
    """The answer, its first character, and what is wrong with it."""
    if entry["outcome"] == "lost":
        return None, None, LOST + entry["reason"]
    if whole and entry["outcome"] == "changed":
        return None, None, entry["reason"]
    start, end = entry["new_start"], entry["new_end"]
    return " ".join(words[start:end]), sum(len(word) + 1 for word in words[:start]), ""


def _became(target: dict[str, Any], source: str, whole: bool) -> Iterator[tuple[str, str]]:
    """Text of each span, and of what it became, "" where it was lost or, if need be, changed."""
    words = source.split(" ")
    for entry in target["account"]:
        new = target["words"][entry["new_start"] or 0 : entry["new_end"] or 0]
        if whole and entry["outcome"] != "kept":
            new = []
        yield " ".join(words[entry["start"] : entry["end"]]), " ".join(new)


def _holds(text: str, phrase: str) -> bool:
    return f" {phrase} " in f" {text} "
