"""Answers as the words that are compared.

Source: Rajpurkar et al. 2016, section 6.1, https://arxiv.org/abs/1606.05250; articles and words by language:
Lewis et al. 2020, "MLQA", section 5.1, https://arxiv.org/abs/1910.07475, and its evaluation script
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from calque.errors import BadValue
from calque.languages.codes import resolve
from calque.maths.bootstrap import Statistics

_ARTICLES = {
    "eng": r"\b(a|an|the)\b",
    "spa": r"\b(un|una|unos|unas|el|la|los|las)\b",
    "deu": r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b",
    "vie": r"\b(của|là|cái|chiếc|những)\b",
    "arb": r"ال",
}
# scripts without spaces: a word is a character with its marks
_UNSPACED = "".join(
    rf"\p{{{script}}}"
    for script in ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmr", "Mymr", "Tibt")
)
_ASCII = "$+<=>^`|~"  # signs of ASCII that Unicode does not count as punctuation


def answer_words(text: str, language: str = "und") -> list[str]:
    """Lower case, without punctuation and the language's articles; characters where a script has no spaces."""
    import regex

    kept = (c for c in text.lower() if unicodedata.category(c)[0] != "P" and c not in _ASCII)
    plain = "".join(kept)
    articles = _ARTICLES.get(resolve(language).code)
    if articles:
        plain = regex.sub(articles, " ", plain)
    return regex.findall(rf"[{_UNSPACED}]\p{{M}}*|[^\s{_UNSPACED}]+", plain)


def best_of(
    part: str,
    predictions: Sequence[str],
    references: Sequence[str] | Sequence[Sequence[str]],
    language: str,
    compare: Callable[[list[str], list[str]], float],
) -> Statistics:
    """Per question how alike the answer is to the one of the right ones that it is most like.

    part: named in errors
    """
    if len(predictions) != len(references):
        raise BadValue(f"{part}: {len(predictions)} answers to {len(references)} questions")
    rows = []
    for row, (made, gold) in enumerate(zip(predictions, references, strict=True)):
        right = [gold] if isinstance(gold, str) else list(gold) or [""]
        if not isinstance(made, str) or not all(isinstance(one, str) for one in right):
            raise BadValue(f"{part}: question {row}: answers are texts, got {made!r} and {gold!r}")
        words = answer_words(made, language)
        rows.append((max(compare(words, answer_words(one, language)) for one in right), 1))
    counts = np.array(rows, dtype=float).reshape(-1, 2)
    return Statistics(counts, lambda sums: sums[..., 0] / np.maximum(sums[..., 1], 1))


def equal(made: list[str], gold: list[str]) -> float:
    """1 where the words are the same, else 0."""
    return float(made == gold)


def shared(made: list[str], gold: list[str]) -> float:
    """F1 of the words as bags; 1 where both have none."""
    if not made or not gold:
        return float(made == gold)
    return 2 * (Counter(made) & Counter(gold)).total() / (len(made) + len(gold))
