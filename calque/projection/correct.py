"""What a person found wrong with projected spans, put right."""

import numpy as np

from calque.errors import BadValue
from calque.projection.opened import PROJECTOR, anew, noted, opened, target_of
from calque.roles import part
from calque.values import Labelled, Table

PERSON = "corrected by hand"


@part
def correct(examples: Labelled, corrections: Table) -> Labelled:
    """Take spans away that are wrong, and put others where a person says they stand.

    A corrected span is changed, with confidence 1 and the reason "corrected by hand"; a wrong one is lost with
    that reason. Spans in whose words a corrected one now lies are lost. Corrections that do not fit the
    examples, as when these were projected anew since, are refused.

    examples:    what a projector gave
    corrections: of `data.corrections`, from the page that `projection.page` draws
    """
    spans, found = opened("projection.correct", examples)
    target = target_of(examples)
    first = np.searchsorted(spans.row, np.arange(len(examples) + 1))
    words = target.words.to_pylist() if len(corrections) else []
    whom = _whom(examples)
    corrected: list[int] = []
    for row in corrections:
        k = _place_of(row, first)
        if k in corrected:
            _refuse(row, "this span is corrected already")
        corrected.append(k)
        own = words[row["example"] - 1]
        placed = row["change"] == "place"
        start, end = (row["start"], row["end"]) if placed else (found.start[k], found.end[k])
        if placed and not 0 <= start < end <= len(own):
            _refuse(row, f"words {start} to {end} do not lie in a text of {len(own)} words")
        there = " ".join(" ".join(own[start:end]).split())
        if there != " ".join(row["words"].split()):
            _refuse(
                row,
                f"its words are '{row['words']}', but those of the examples '{there}'; "
                "the corrections are of another projection",
            )
        found.lose(np.array([k]))
        found.reason[k] = PERSON
        if placed:
            found.start[k], found.end[k], found.confidence[k] = start, end, 1.0
            whom[k] = "person"
        else:
            whom[k] = ""
    placed = [(k, row) for k, row in zip(corrected, corrections, strict=True) if found.end[k]]
    for k, row in placed:
        meets = (spans.row == spans.row[k]) & (found.start < found.end[k])
        meets &= (found.end > found.start[k]) & (np.arange(len(spans)) != k)
        for other in np.flatnonzero(meets).tolist():
            if other in corrected:
                _refuse(row, "its words lie in another corrected span")
            found.lose(np.array([other]))
            found.reason[other], whom[other] = "taken by another span", ""
    made = anew(examples, spans, target, found)
    return noted(made, PROJECTOR, whom)


def _whom(examples: Labelled) -> np.ndarray:
    """Who each span comes from, as far as the account says it."""
    entries = [entry for row in examples for entry in row["account"]]
    return np.array([entry.get(PROJECTOR) or "" for entry in entries], dtype=object)


def _place_of(row: dict, first: np.ndarray) -> int:
    """The span that a correction is of."""
    count = len(first) - 1
    if not 1 <= row["example"] <= count:
        _refuse(row, f"there are {count} examples")
    before, after = first[row["example"] - 1], first[row["example"]]
    if not 1 <= row["span"] <= after - before:
        _refuse(row, f"the example has {after - before} spans")
    return int(before + row["span"] - 1)


def _refuse(row: dict, said: str) -> None:
    where = f"line {row['line']}: " if row.get("line") else ""
    raise BadValue(
        f"projection.correct: {where}example {row['example']}, span {row['span']}: {said}"
    )
