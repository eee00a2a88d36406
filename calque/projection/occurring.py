"""Where texts that a model wrote stand among the words of a sentence."""

import unicodedata
from collections.abc import Iterator

import numpy as np

from calque.languages.words import folded, words_of
from calque.projection.spans import Spans, Target
from calque.values import Texts


def occurring(spans: Spans, target: Target, generated: Texts, tokenized: bool) -> np.ndarray:
    """[c, 3] span, first word and the one after its last, of all places where a text of the span stands.

    A text that stands nowhere as it is may stand there in lower case and without punctuation.

    generated: per span texts with tabs between them
    tokenized: whether these are cut at spaces, as the target is
    """
    found: list[tuple[int, int, int]] = []
    sentences = target.words.to_pylist()
    for k, (row, line) in enumerate(zip(spans.row.tolist(), generated, strict=True)):
        words = sentences[row]
        for text in dict.fromkeys(line.split("\t")):
            wanted = words_of(" ".join(text.split()), tokenized)
            places = list(_places(words, wanted))
            places = places or list(
                _places([_plain(w) for w in words], [_plain(w) for w in wanted])
            )
            found += [(k, at, at + len(wanted)) for at in places]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def _places(words: list[str], wanted: list[str]) -> Iterator[int]:
    if any(wanted):
        for at in range(len(words) - len(wanted) + 1):
            if words[at : at + len(wanted)] == wanted:
                yield at


def _plain(word: str) -> str:
    return "".join(c for c in folded(word) if unicodedata.category(c)[0] not in "PS")
