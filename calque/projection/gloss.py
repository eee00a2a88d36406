"""Word-by-word translation of labelled text: the poor man's translate-train."""

from typing import Any

from calque.errors import BadValue
from calque.languages.words import words
from calque.roles import part
from calque.values import Labelled, Lexicon


@part
def gloss(examples: Labelled, lexicon: Lexicon) -> Labelled:
    """Replace every word by its heaviest translation, in place; labels and tags stay where they are.

    A word without a translation stays. Words are looked up in lower case. A translation of several
    words is one token in tagged text.

    examples: of tasks class, pair, tags, parse or answer, in the source language of the lexicon. An answer is
              translated apart from what stands around it, so that it stands in its context still
    lexicon:  word pairs with weights
    """
    best: dict[str, tuple[float, str]] = {}
    for source, target, weight in lexicon:
        key = source.lower()
        if weight > best.get(key, (0.0, ""))[0]:
            best[key] = (weight, target)

    def swap(word: str) -> str:
        return best.get(word.lower(), (0.0, word))[1]

    def rewrite(text: str) -> str:
        pieces, end = [], 0
        for word in words(text):
            pieces += [text[end : word.start], swap(word.text)]
            end = word.end
        return "".join([*pieces, text[end:]])

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        context, start = row["context"], row["start"]
        changed = {"question": rewrite(row["question"]), "context": rewrite(context)}
        if start is None or start < 0:
            return changed
        end = start + len(row["answer"])
        before, within = rewrite(context[:start]), rewrite(context[start:end])
        changed["context"] = before + within + rewrite(context[end:])
        return changed | {"answer": within, "start": len(before), "answers": [within]}

    columns = {
        "class": {"text": rewrite},
        "pair": {"text": rewrite, "text_b": rewrite},
        "tags": {"words": lambda tokens: [swap(token) for token in tokens]},
        "parse": {"words": lambda tokens: [swap(token) for token in tokens]},
    }
    if examples.task == "answer":
        return Labelled.of([row | answer(row) for row in examples], "answer", lexicon.target)
    if examples.task not in columns:
        raise BadValue(
            f"projection.gloss: task '{examples.task}' cannot be glossed; "
            f"these can: {', '.join(columns)}, answer"
        )
    change = columns[examples.task]
    rows = [row | {name: edit(row[name]) for name, edit in change.items()} for row in examples]
    return Labelled.of(rows, examples.task, lexicon.target)
