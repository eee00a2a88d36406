"""Examples of a task."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from calque.errors import BadValue
from calque.values.base import Value

_WORDS = pa.list_(pa.string())
SPANS = pa.list_(
    pa.struct(
        [("kind", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("of", pa.int32())]
    )
)
TUPLES = pa.list_(
    pa.struct([("relation", pa.string()), ("arguments", _WORDS), ("score", pa.float64())])
)
TASKS: dict[str, dict[str, pa.DataType]] = {
    "class": {"text": pa.string(), "label": pa.string()},
    "pair": {"text": pa.string(), "text_b": pa.string(), "label": pa.string()},
    "tags": {"words": _WORDS, "tags": _WORDS},
    "slots": {"words": _WORDS, "tags": _WORDS, "label": pa.string()},
    "parse": {"words": _WORDS, "tags": _WORDS, "heads": pa.list_(pa.int32()), "relations": _WORDS},
    "events": {"words": _WORDS, "spans": SPANS},
    "tuples": {"words": _WORDS, "tuples": TUPLES},
    "answer": {
        "context": pa.string(),
        "question": pa.string(),
        "answer": pa.string(),
        "start": pa.int32(),
    },
}


@dataclass(frozen=True)
class Labelled(Value):
    """Examples of a task in one language.

    table:    the task's columns (see `TASKS`); further columns, for example `id`, are kept
    task:     "class", "pair", "tags", "slots", "parse", "events", "tuples" or "answer"
    language: ISO 639-3, or "und"

    Columns by task: class text, label; pair text, text_b, label; tags words, tags (one per word;
    spans as IOB2); slots words, tags, label (intent); parse words, tags (UPOS), heads (1-based,
    0 is the root), relations; events words, spans (which may overlap: kind, first word, the one after its
    last, and `of`, the place among the example's spans of that which it belongs to, as an argument to its
    trigger, -1 for none); tuples words, tuples (what is said: relation, arguments from the subject on, score, each
    in words with spaces between, which need not stand so in the sentence); answer context, question, answer, start (character offset, -1 none).
    A missing label is null: such rows can be predicted, not scored.
    """

    table: pa.Table
    task: str
    language: str = "und"

    def __post_init__(self):
        if self.task not in TASKS:
            raise BadValue(f"Labelled: no task '{self.task}'; there are: {', '.join(TASKS)}")
        for name in TASKS[self.task]:
            if name not in self.table.column_names:
                raise BadValue(
                    f"Labelled: task '{self.task}' needs a column '{name}'; "
                    f"it has: {', '.join(self.table.column_names)}"
                )
        if "words" in TASKS[self.task]:
            self._check_lengths()
        if self.task == "events":
            self._check_spans()

    def _check_lengths(self) -> None:
        import pyarrow.compute as pc

        words = pc.call_function("list_value_length", [self.table["words"]]).to_numpy(
            zero_copy_only=False
        )
        for name in ("tags", "heads", "relations"):
            if name not in TASKS[self.task]:
                continue
            counts = pc.call_function("list_value_length", [self.table[name]]).to_numpy(
                zero_copy_only=False
            )
            wrong = (counts != words) & ~np.isnan(counts.astype(float))
            if wrong.any():
                row = int(np.argmax(wrong))
                raise BadValue(
                    f"Labelled: row {row} has {int(words[row])} words and {int(counts[row])} {name}"
                )

    def _check_spans(self) -> None:
        columns = (self.table[name].to_pylist() for name in ("words", "spans"))
        for row, (words, spans) in enumerate(zip(*columns, strict=True)):
            for k, one in enumerate(spans or ()):
                if not 0 <= one["start"] < one["end"] <= len(words or ()):
                    raise BadValue(
                        f"Labelled: row {row}: span {k}, words {one['start']} to {one['end']}, lies outside "
                        f"its {len(words or ())} words"
                    )
                if not -1 <= one["of"] < len(spans) or one["of"] == k:
                    raise BadValue(
                        f"Labelled: row {row}: span {k} cannot belong to span {one['of']} of {len(spans)}"
                    )

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]], task: str, language: str = "und") -> "Labelled":
        """Build from one dict per example."""
        if task not in TASKS:
            raise BadValue(f"Labelled: no task '{task}'; there are: {', '.join(TASKS)}")
        extra = [
            name
            for name in dict.fromkeys(k for row in rows for k in row)
            if name not in TASKS[task]
        ]
        columns = {
            name: pa.array([row.get(name) for row in rows], kind)
            for name, kind in TASKS[task].items()
        }
        columns |= {name: pa.array([row.get(name) for row in rows]) for name in extra}
        return cls(pa.table(columns), task, language)

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in self.table.to_batches(max_chunksize=1024):
            yield from batch.to_pylist()

    @property
    def gold(self) -> list:
        """What is to be predicted, one per example: the label, the list of tags, or the answer.

        Of a parse the head and relation of each word, written "2:nsubj" as in CoNLL-U.
        """
        if self.task == "parse":
            columns = (self.table[name].to_pylist() for name in ("heads", "relations"))
            return [
                None if None in both else [f"{h}:{r}" for h, r in zip(*both, strict=True)]
                for both in zip(*columns, strict=True)
            ]
        name = "label" if self.task in ("class", "pair") else "tags"
        if self.task in ("answer", "events", "tuples"):
            name = {"answer": "answer", "events": "spans", "tuples": "tuples"}[self.task]
        return self.table[name].to_pylist()

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, tags, or relations of a parse that occur, sorted."""
        import pyarrow.compute as pc

        name = "tags" if "tags" in TASKS[self.task] else "label"
        if self.task == "parse":
            name = "relations"
        if name not in TASKS[self.task]:
            return ()
        column = self.table[name].combine_chunks()
        flat = column if name == "label" else pc.call_function("list_flatten", [column])
        return tuple(
            sorted(
                label
                for label in pc.call_function("unique", [flat]).to_pylist()
                if label is not None
            )
        )

    def with_columns(self, **columns: pa.Array) -> "Labelled":
        """These columns behind its own, or in their place."""
        table = self.table
        for name, column in columns.items():
            if name in table.column_names:
                table = table.set_column(table.column_names.index(name), name, column)
            else:
                table = table.append_column(name, column)
        return Labelled(table, self.task, self.language)

    def take(self, rows: Sequence[int] | np.ndarray) -> "Labelled":
        """The examples at these positions, in the order given."""
        table = self.table.take(pa.array(np.asarray(rows, dtype=np.int64)))
        return Labelled(table, self.task, self.language)
