"""Where the words of tuples stand in their sentences, and sentences with one predicate between marks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from calque.errors import BadValue
from calque.values import Labelled

MARKS = ("[", "]")
PREDICATE, ARGUMENTS = "P", tuple(f"A{number}" for number in range(4))
Span = tuple[int, int]


def check_tuples(part: str, examples: Labelled) -> None:
    """BadValue for examples of another task."""
    if examples.task != "tuples":
        raise BadValue(f"{part}: examples of task '{examples.task}' have no tuples (data.tuples)")


def placed(
    words: Sequence[str], tuples: Sequence[Mapping[str, Any]] | None
) -> Iterator[list[Span]]:
    """Of tuples whose words stand in the sentence as they are: where the relation and the arguments stand.

    Each is looked for from the left, where nothing of the tuple stands yet; what is empty is left out.
    """
    for one in tuples or ():
        spans: list[Span] = []
        for text in (one["relation"], *one["arguments"][: len(ARGUMENTS)]):
            span = _place(words, text.split(), spans)
            if span is None:
                break
            spans.append(span)
        else:
            yield spans


def _place(words: Sequence[str], some: Sequence[str], taken: Sequence[Span]) -> Span | None:
    for start in range(len(words) - len(some) + 1 if some else 0):
        end = start + len(some)
        free = all(end <= first or last <= start for first, last in taken)
        if free and list(words[start:end]) == list(some):
            return start, end
    return None


def marked(words: Sequence[str], span: Span) -> list[str]:
    """The sentence with marks around a predicate."""
    start, end = span
    return [*words[:start], MARKS[0], *words[start:end], MARKS[1], *words[end:]]


def tags(count: int, spans: Mapping[Span, str]) -> list[str]:
    """IOB2 tags of that many words."""
    made = ["O"] * count
    for (start, end), kind in spans.items():
        made[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return made
