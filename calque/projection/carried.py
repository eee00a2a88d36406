"""Examples of the target from what a projector found, with an account.

A projector says for every span where it went and how sure that is; what follows is the same for all:
spans that meet are settled, labels written, and every span is accounted for as kept, changed or lost.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from calque.errors import BadValue
from calque.languages.words import words
from calque.projection.spans import Spans, Target, places_of
from calque.values import Labelled, View
from calque.values.labelled import SPANS, TASKS

OUTCOMES = ("kept", "changed", "lost")
ACCOUNT = pa.list_(
    pa.struct(
        [
            ("kind", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("new_start", pa.int32()),
            ("new_end", pa.int32()),
            ("outcome", pa.string()),
            ("reason", pa.string()),
            ("confidence", pa.float32()),
        ]
    )
)


@dataclass
class Found:
    """What a projector found for each of k spans.

    start, end: [k]  words of the target text, 0 and 0 for a span without any
    confidence: [k]  in [0, 1], 0 for a span without any
    reason:     [k]  what happened to a span, "" where it is whole
    """

    start: np.ndarray
    end: np.ndarray
    confidence: np.ndarray
    reason: np.ndarray

    def lose(self, where: np.ndarray) -> None:
        """Take the target words of these spans away."""
        for column in (self.start, self.end, self.confidence):
            column[where] = 0


def carried(
    examples: Labelled,
    view: View,
    spans: Spans,
    target: Target,
    found: Found,
    *,
    longer: bool = False,
) -> Labelled:
    """The examples in the other language, with an account of every span in the column `account`.

    Spans that meet are settled first (`settle`). What else the examples have is kept.

    longer: whether of spans that meet the longest stays, else the surest
    """
    settle(spans, found, longer)
    if spans.form == "events":
        _bind(spans, found)
        columns = {"words": target.words, "spans": _events(len(examples), spans, found)}
    elif spans.form == "answers":
        columns = _answers(examples, view, spans, found)
    else:
        columns = {"words": target.words, "tags": _tags(spans, target, found)}
    if examples.task == "parse":
        columns |= _heads(examples, spans, target, found)
    columns["account"] = account_of(len(examples), spans, found)
    return replace(examples.with_columns(**columns), language=target.language)


def _tags(spans: Spans, target: Target, found: Found) -> pa.ListArray:
    """A tag per target word; where words have tags of their own, those that got none have null."""
    in_words = spans.form == "words"
    names = list(spans.kinds) if in_words else [f"{p}-{k}" for k in spans.kinds for p in "BI"]
    codes = np.full(int(target.sizes.sum()), len(names), dtype=np.int32)
    first = target.offsets[spans.row] + found.start
    places, lengths = places_of(first, found.end - found.start)
    codes[places] = np.repeat(spans.kind if in_words else 2 * spans.kind + 1, lengths)
    if not in_words:
        codes[first[lengths > 0]] -= 1
    every = pa.array([*names, None if in_words else "O"], pa.string())
    ends = pa.array(np.append(0, np.cumsum(target.sizes)).astype(np.int32))
    return pa.ListArray.from_arrays(ends, every.take(pa.array(codes)))


def _heads(examples: Labelled, spans: Spans, target: Target, found: Found) -> dict[str, pa.Array]:
    """Heads and relations of words that have arrived with their heads, null for the others.

    Each source word has at most one target word here, and none shares its own.
    """
    there = found.end > 0
    new = [np.zeros(size + 1, dtype=np.int64) for size in spans.sizes.tolist()]  # 1-based, as heads
    for row, k, place in zip(
        *(column[there].tolist() for column in (spans.row, spans.start, found.start)), strict=True
    ):
        new[row][k + 1] = place + 1
    heads, relations = [], []
    both = zip(*(examples.table[name].to_pylist() for name in ("heads", "relations")), strict=True)
    for (old, said), image, size in zip(both, new, target.sizes.tolist(), strict=True):
        heads.append([None] * size)
        relations.append([None] * size)
        for k, (head, relation) in enumerate(zip(old or (), said or (), strict=True), 1):
            if image[k] and head is not None and (head == 0 or image[head]):
                heads[-1][image[k] - 1] = int(image[head]) if head else 0
                relations[-1][image[k] - 1] = relation
    kinds = TASKS["parse"]
    return {
        "heads": pa.array(heads, kinds["heads"]),
        "relations": pa.array(relations, kinds["relations"]),
    }


def _bind(spans: Spans, found: Found) -> None:
    """Lose what belongs to a lost span, and what belongs to that: an argument is of its event or of none."""
    assert spans.of is not None
    while True:
        bound = (spans.of >= 0) & (found.end > 0)
        alone = np.flatnonzero(bound)[found.end[spans.of[bound]] == 0]
        if not len(alone):
            return
        found.reason[alone] = "what it belongs to is lost"
        found.lose(alone)


def _events(count: int, spans: Spans, found: Found) -> pa.Array:
    """Spans that arrived, per example in the order of the source."""
    assert spans.of is not None
    rows: list[list[dict]] = [[] for _ in range(count)]
    there = found.end > 0
    before = np.cumsum(there) - there  # of all examples
    first = np.append(0, np.cumsum(np.bincount(spans.row[there], minlength=count)))
    for k in np.flatnonzero(there).tolist():
        row, of = int(spans.row[k]), int(spans.of[k])
        rows[row].append(
            {
                "kind": spans.kinds[spans.kind[k]],
                "start": int(found.start[k]),
                "end": int(found.end[k]),
                "of": int(before[of] - first[row]) if of >= 0 else -1,
            }
        )
    return pa.array(rows, SPANS)


def _answers(examples: Labelled, view: View, spans: Spans, found: Found) -> dict[str, pa.Array]:
    """Columns of contexts and answers; a lost answer is null: none would say that there is no answer."""
    contexts = list(view.rewritten)
    answers = examples.table["answer"].to_pylist()
    starts = examples.table["start"].to_pylist()
    for k, row in enumerate(spans.row.tolist()):
        answers[row] = starts[row] = None
        if found.end[k]:
            cut = words(contexts[row])
            starts[row] = cut[found.start[k]].start
            answers[row] = contexts[row][starts[row] : cut[found.end[k] - 1].end]
    return {
        "context": pa.array(contexts, pa.string()),
        "answer": pa.array(answers, pa.string()),
        "start": pa.array(starts, pa.int32()),
    }


def need_account(part: str, examples: Labelled) -> None:
    """BadValue where examples are not those that a projector gave."""
    if "account" not in examples.table.column_names:
        raise BadValue(
            f"{part}: the examples have no account of their spans; a projector gives one"
        )


def settle(spans: Spans, found: Found, longer: bool) -> None:
    """Let no word lie in two spans: those of one type become one, else the surer or longer one stays.

    Of equals the longer or surer stays, then the one that stands first in the source. Spans of events may
    lie in each other, so all stay. Changes `found`.
    """
    if spans.form == "events":
        return
    order = np.lexsort((found.end, found.start, spans.row))
    order = order[found.end[order] > 0]
    rows, starts, ends = spans.row[order], found.start[order], found.end[order]
    meets = (rows[1:] == rows[:-1]) & (starts[1:] < ends[:-1])
    for row in np.unique(rows[1:][meets]).tolist():
        _settle_one(order[rows == row].tolist(), spans.kind, found, longer)


def _settle_one(members: list[int], kind: np.ndarray, found: Found, longer: bool) -> None:
    """Settle the spans of one text, those first that stay."""

    def rank(k: int) -> tuple[float, float, int]:
        sure, long = -found.confidence[k], found.start[k] - found.end[k]
        return (long, sure, k) if longer else (sure, long, k)

    stays: list[int] = []
    for k in sorted(members, key=rank):
        met = [j for j in stays if found.start[k] < found.end[j] and found.start[j] < found.end[k]]
        if any(kind[j] != kind[k] for j in met):
            found.reason[k] = "taken by another span"
            found.lose(np.array([k]))
            continue
        for j in met:  # the same type: one span over both, which both became
            found.start[k] = min(found.start[k], found.start[j])
            found.end[k] = max(found.end[k], found.end[j])
        for j in met:
            found.start[j], found.end[j] = found.start[k], found.end[k]
        if met:
            for j in [*met, k]:
                found.reason[j] = "joined with another span"
        stays.append(k)


def account_of(count: int, spans: Spans, found: Found) -> pa.ListArray:
    """One entry per span of the source: what it was, what became of it, and why."""
    there = found.end > 0
    outcome = np.where(there, (found.reason != "").astype(np.int32), 2).astype(np.int32)
    kinds = pa.array(spans.kinds, pa.string())
    columns = {
        "kind": pa.DictionaryArray.from_arrays(pa.array(spans.kind.astype(np.int32)), kinds),
        "start": pa.array(spans.start.astype(np.int32)),
        "end": pa.array(spans.end.astype(np.int32)),
        "new_start": pa.array(found.start.astype(np.int32), mask=~there),
        "new_end": pa.array(found.end.astype(np.int32), mask=~there),
        "outcome": pa.DictionaryArray.from_arrays(pa.array(outcome), pa.array(OUTCOMES)),
        "reason": pa.array(found.reason, pa.string()),
        "confidence": pa.array(found.confidence.astype(np.float32)),
    }
    fields = list(ACCOUNT.value_type)
    arrays = [columns[field.name].cast(field.type) for field in fields]
    sizes = np.bincount(spans.row, minlength=count)
    ends = pa.array(np.append(0, np.cumsum(sizes)).astype(np.int32))
    return pa.ListArray.from_arrays(ends, pa.StructArray.from_arrays(arrays, fields=fields))
