"""Questions about the spans of tagged sentences, by leaving each span out.

Source: Lewis, Denoyer and Riedel 2019, "Unsupervised Question Answering by Cloze Translation", sections 2.2 and
2.3.1 (masks by type of entity, question words by type), https://aclanthology.org/P19-1484
"""

from typing import Any

import pyarrow as pa

from calque.errors import BadValue
from calque.generation.brackets import Utterance
from calque.roles import part
from calque.values import Labelled

_WORDS = {"PER": "who", "LOC": "where", "DATE": "when", "ORG": "which organization"}
_OTHER = "what"
_ENDS = (".", "!", "…", "。", "।", "۔", "።")


@part(paper="paxqa")
def cloze(examples: Labelled, *, words: dict[str, str] | None = None) -> Labelled:
    """Ask for every span by the sentence with a question word in its place; the span is the answer.

    Plain questions ("Asha lives in where ?"). For better ones let a model that has learned to say them as people do
    rewrite them (any translator, then `generation.ask`).

    examples: of task tags or slots; the context of a question is the sentence, its words joined by spaces. A
              sentence of one span and nothing else is not asked about
    words:    question word of each type of span, for example {PER: who}; English ones, with "what" for all
              other types, where there are none. {"": …} is for all types that are not named

    Columns `row` and `span` say which span of which example is asked for, counted from 0.
    """
    if examples.task not in ("tags", "slots"):
        raise BadValue(
            f"generation.cloze: examples of task '{examples.task}' have no spans of words"
        )
    known = {"": _OTHER} | (_WORDS if words is None else words)
    rows: list[dict[str, Any]] = []
    places: list[tuple[int, int]] = []
    for row, example in enumerate(examples):
        one = Utterance.of(example["words"] or (), [tag or "O" for tag in example["tags"] or ()])
        context, starts = " ".join(one.words), _starts(one.words)
        for place, (start, end, kind) in enumerate(one.spans):
            rest = [*one.words[:start], *one.words[end:]]
            if not any(any(map(str.isalnum, word)) for word in rest):
                continue
            asked = [*one.words[:start], known.get(kind, known[""]), *one.words[end:]]
            asked = [*(asked[:-1] if asked[-1] in _ENDS else asked), "?"]
            answer = " ".join(one.words[start:end])
            made = {"context": context, "question": " ".join(asked), "answer": answer}
            rows.append(made | {"start": starts[start]})
            places.append((row, place))
    columns = {
        name: pa.array([place[k] for place in places], pa.int64())
        for k, name in enumerate(("row", "span"))
    }
    return Labelled.of(rows, "answer", examples.language).with_columns(**columns)


def _starts(words: tuple[str, ...]) -> list[int]:
    """First character of each word, were they joined by spaces."""
    starts, end = [], 0
    for word in words:
        starts.append(end)
        end += len(word) + 1
    return starts
