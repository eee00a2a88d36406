"""States of several languages beside their gold labels, laid out to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calque.errors import BadValue

_MOST = 3000  # states of a language that borders are fitted on


@dataclass(frozen=True)
class Side:
    """States [n, d] of one language and the class of each [n], a number."""

    language: str
    states: np.ndarray
    classes: np.ndarray


def sides(
    states: Sequence[Any], gold: Sequence[Sequence[Any]], languages: Sequence[str], where: str
) -> tuple[list[Side], tuple[str, ...]]:
    """One side for each language, scaled alike, and the names of the classes, most frequent first.

    states: per language [n, d], a row for each example, or a list of [m, d], a row for each word
    gold:   per language a label for each example, or the tags of its words; None is left out

    All are shifted by the mean of the first language and divided by the mean length that is left there.
    Of more than 3,000 states of a language, so many are taken, evenly.
    """
    if not (len(states) == len(gold) == len(languages)) or len(states) < 2:
        raise BadValue(
            f"{where}: needs states, labels and names of two languages or more, the source first; got "
            f"{len(states)}, {len(gold)} and {len(languages)}"
        )
    flat = []
    for own, labels, language in zip(states, gold, languages, strict=True):
        rows, names = _one_by_one(own, labels)
        if len(rows) != len(names) or not len(rows):
            raise BadValue(f"{where}: {len(rows)} states and {len(names)} labels of {language}")
        kept = np.flatnonzero([name is not None for name in names])
        kept = kept[np.unique(np.linspace(0, len(kept) - 1, min(len(kept), _MOST)).astype(int))]
        flat.append((rows[kept].astype(np.float64), [names[k] for k in kept]))
    counts: dict[str, int] = {}
    for name in flat[0][1]:
        counts[name] = counts.get(name, 0) + 1
    known = sorted(counts, key=lambda name: (-counts[name], name))
    if len(known) < 2:
        raise BadValue(
            f"{where}: needs two labels or more, {languages[0]} has: {', '.join(known) or 'none'}"
        )
    center = flat[0][0].mean(axis=0)
    scale = max(float(np.linalg.norm(flat[0][0] - center, axis=1).mean()), 1e-12)
    made = []
    for (rows, names), language in zip(flat, languages, strict=True):
        shared = np.flatnonzero([name in counts for name in names])
        classes = np.array([known.index(names[k]) for k in shared], dtype=np.int64)
        if len({*classes.tolist()}) < 2:
            raise BadValue(
                f"{where}: {language} has fewer than two of the labels of {languages[0]}"
            )
        made.append(Side(language, (rows[shared] - center) / scale, classes))
    return made, tuple(known)


def _one_by_one(states: Any, labels: Sequence[Any]) -> tuple[np.ndarray, list[Any]]:
    """A row [d] and a name for each example, or for each word; names are None where nobody knows them."""
    if not isinstance(states, list) or not states:
        return np.asarray(states), list(labels)
    sizes = [len(rows) for rows in states]
    tags = [[None] * size if own is None else own for own, size in zip(labels, sizes, strict=False)]
    return np.concatenate(states), [tag for own in tags for tag in own]
