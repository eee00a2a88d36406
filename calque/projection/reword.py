"""Labelled examples whose words are rewritten while their labels stay."""

from collections.abc import Callable
from typing import Any

from calque.errors import BadValue
from calque.languages.words import spaced
from calque.roles import part
from calque.values import Labelled, Texts, View

_TEXTS = {"class": ("text",), "pair": ("text", "text_b"), "answer": ("context", "question")}
_LOST = {"answer": {"answer": None, "start": None}}
_TOKENIZED = ("tags", "slots", "parse")


@part(paper="maltese-etymology")
def reword(examples: Labelled, rewriter: Callable[..., View]) -> Labelled:
    """Rewrite the text of every example; a word with a tag stays one word, in its place.

    Tags, heads and labels are carried as they are, so the rewriter must give a word for a word in
    tagged text, as those that go word by word do.

    Contexts and questions are rewritten whole, so nobody knows where an answer went: these examples have none.
    `projection.mark` keeps answers; to be asked, examples need none, and must not show by a seam where theirs was.

    examples: of tasks class, pair, answer, or with tags
    rewriter: any part of that role
    """
    columns: dict[str, list[Any]] = {}
    language = examples.language
    if examples.task in _TEXTS:
        for name in _TEXTS[examples.task]:
            view = rewriter(Texts.of(examples.table[name].to_pylist(), examples.language))
            columns[name], language = list(view.rewritten), view.rewritten.language
    elif examples.task in _TOKENIZED:
        tokens = examples.table["words"].to_pylist()
        texts = Texts.of([spaced(words) for words in tokens], examples.language, tokenized=True)
        rewritten = rewriter(texts).rewritten
        language = rewritten.language
        columns["words"] = [text.split(" ") if text else [] for text in rewritten]
        for row, (old, new) in enumerate(zip(tokens, columns["words"], strict=True)):
            if len(old) != len(new):
                raise BadValue(
                    f"projection.reword: example {row} has {len(old)} words and {len(new)} after "
                    "rewriting; tags need a rewriter that gives one word for each"
                )
    else:
        raise BadValue(
            f"projection.reword: task '{examples.task}' cannot be rewritten; "
            f"these can: {', '.join([*_TEXTS, *_TOKENIZED])}"
        )
    lost = _LOST.get(examples.task, {})
    if "answers" in examples.table.column_names:
        lost = lost | {"answers": None}
    rows = [row | {k: v[i] for k, v in columns.items()} | lost for i, row in enumerate(examples)]
    return Labelled.of(rows, examples.task, language)
