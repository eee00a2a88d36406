"""The words that links join, so that errors can be told by what words they are of."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.evaluation.against_gold import against_gold, bare, grouped
from calque.languages.words import words_of
from calque.values import Bitext, Links, Table, Texts


def of_texts(texts: Texts) -> list[list[str]]:
    """Words of each text, as aligners and gold links count them."""
    return [words_of(text, texts.tokenized) for text in texts]


def check_side(side: str, part: str) -> None:
    """Raise BadSetting unless it is "source" or "target"."""
    if side not in ("source", "target"):
        raise BadSetting(f"{part}: side must be 'source' or 'target', got '{side}'")


def side_of(value: Texts | Bitext, side: str, part: str) -> Texts:
    """The texts of that side; texts of one language are what they are."""
    check_side(side, part)
    if isinstance(value, Bitext):
        return value.sources if side == "source" else value.targets
    return value


def checked(words: list[list[str]], links: Sequence[Links], side: str, part: str) -> None:
    """Raise BadValue unless there are as many words as the links' grids have on that side."""
    if len(words) != len(links):
        raise BadValue(f"{part}: {len(words)} sentences, links of {len(links)} pairs")
    axis = 0 if side == "source" else 1
    sizes = [(len(found), one.size[axis]) for found, one in zip(words, links, strict=True)]
    if all(a == b for a, b in sizes) or (all(a >= b for a, b in sizes) and bare(links)):
        return
    place, (found, counted) = next((k, s) for k, s in enumerate(sizes, start=1) if s[0] != s[1])
    raise BadValue(
        f"{part}: pair {place} has {found} {side} words, its links count {counted}; "
        "both must be cut into words alike"
    )


def by_group(
    predictions: Sequence[Links],
    references: Sequence[Links],
    labels: Iterable[Iterable[str]],
    side: str,
    column: str,
    order: Sequence[str] | None = None,
    *,
    boot: int,
    seed: int,
) -> Table:
    """Figures of links by a label of their word on one side, with the number of its words.

    labels: one per word of that side, pair by pair
    order:  of the labels; the most words first where none is given. Labels without words are left out
    """
    compared = against_gold(predictions, references)
    rows = [list(row) for row in labels]
    sizes = np.array([len(row) for row in rows], dtype=np.int64)
    words = Counter(label for row in rows for label in row)
    names = list(order) if order else sorted(words, key=lambda name: (-words[name], name))
    names = [name for name in names if words[name]]
    word = compared.source if side == "source" else compared.target
    outside = word >= sizes[compared.pair]
    if outside.any():
        raise BadValue(
            f"pair {compared.pair[outside][0] + 1}: a predicted link names {side} word "
            f"{word[outside][0]}, counted from 0, of {sizes[compared.pair[outside][0]]}"
        )
    codes = {name: k for k, name in enumerate(names)}
    group = np.array([codes[label] for row in rows for label in row], dtype=np.int64)
    group = group[(np.cumsum(sizes) - sizes)[compared.pair] + word]
    found = grouped(compared, group, names, column, boot, seed)
    return Table(
        tuple(
            {"side": side, column: row[column], "words": words[row[column]]} | row for row in found
        )
    )
