"""Typing errors in labelled texts, in known amounts."""

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.roles import part
from calque.values import Labelled


@part
def mistyped(examples: Labelled, *, share: float = 0.1, seed: int = 0) -> Labelled:
    """Drop, double, swap or replace one character in a share of the words; labels stay.

    examples: with texts; of pairs both sides are changed
    share:    of the words, apart by white space, in [0, 1]; each independently
    seed:     draws words, places and errors. A word that is wrong at a small share is wrong, in the same
              way, at every greater one

    A character is replaced by one of the same texts. White space stays as it is.
    """
    if not 0 <= share <= 1:
        raise BadSetting(f"data.mistyped: share must lie in [0, 1], got {share}")
    names = [name for name in ("text", "text_b") if name in examples.table.column_names]
    if not names:
        raise BadValue(f"data.mistyped: examples of task '{examples.task}' have no texts")
    rows = list(examples)
    letters = sorted({c for row in rows for name in names for c in row[name] or "" if c.strip()})
    generator = np.random.default_rng(seed)
    for row in rows:
        for name in names:
            row[name] = _typed(row[name], share, letters, generator)
    return Labelled.of(rows, examples.task, examples.language)


def _typed(text: str, share: float, letters: list[str], random: np.random.Generator) -> str:
    words = text.split()
    draws = random.random((len(words), 4))
    typed, end = [], 0
    for word, (chance, *how) in zip(words, draws, strict=True):
        start = text.index(word, end)
        typed += [text[end:start], _slip(word, letters, *how) if chance < share else word]
        end = start + len(word)
    return "".join([*typed, text[end:]])


def _slip(word: str, letters: list[str], kind: float, where: float, which: float) -> str:
    place = int(where * len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind < 0.25 and len(word) > 1:
        return before + after
    if kind < 0.5:
        return before + 2 * letter + after
    if kind < 0.75 and after and after[0] != letter:
        return before + after[0] + letter + after[1:]
    return before + letters[int(which * len(letters))] + after
