"""Spans as characters of texts, and the texts themselves."""

from collections.abc import Iterator

from calque.projection.spans import Spans
from calque.values import Labelled

Place = tuple[int, int, int]


def texts_of(examples: Labelled) -> Iterator[str]:
    """The text that the spans of each example lie in: its words joined by spaces, or its context."""
    for row in examples:
        yield row["context"] if examples.task == "answer" else " ".join(row["words"] or ())


def span_places(examples: Labelled, spans: Spans) -> Iterator[list[Place]]:
    """Of each example the number of every span among all, its first character and the one after its last."""
    of_row: list[list[int]] = [[] for _ in range(len(examples))]
    for k, row in enumerate(spans.row.tolist()):
        of_row[row].append(k)
    starts, ends = spans.start.tolist(), spans.end.tolist()
    for own, row in zip(of_row, examples, strict=True):
        if examples.task == "answer":
            yield [(k, row["start"], row["start"] + len(row["answer"])) for k in own]
            continue
        at, end = [], 0
        for word in row["words"] or ():
            at.append((end, end + len(word)))
            end += len(word) + 1
        yield [(k, at[starts[k]][0], at[ends[k] - 1][1]) for k in own]
