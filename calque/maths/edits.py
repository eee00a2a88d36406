"""The fewest edits that make one sequence of another.

Source: Damerau 1964, "A technique for computer detection and correction of spelling errors"; no part is edited
twice (optimal string alignment)
"""

from collections.abc import Sequence

import numpy as np

Edit = tuple[str, int, int, int, int]


def distances(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """[m + 1, n + 1] fewest edits from each beginning of `old` to each of `new`.

    An edit changes, leaves out or puts in an item, or exchanges two neighbors.

    old, new: [m], [n] numbers, equal for equal items
    """
    m, n = len(old), len(new)
    place = np.arange(n + 1)
    table = np.empty((m + 1, n + 1), dtype=np.int64)
    table[0] = place
    for i in range(1, m + 1):
        row = table[i]
        row[:] = table[i - 1] + 1
        row[1:] = np.minimum(row[1:], table[i - 1, :-1] + (old[i - 1] != new))
        if i > 1 and n > 1:
            turned = (old[i - 1] == new[:-1]) & (old[i - 2] == new[1:])
            row[2:] = np.where(turned, np.minimum(row[2:], table[i - 2, :-2] + 1), row[2:])
        row[:] = np.minimum.accumulate(row - place) + place  # items put in, all at once
    return table


def edits(old: Sequence, new: Sequence) -> list[Edit]:
    """What happened, in order: (kind, first of old, the one after the last, first of new, the one after the last).

    Kinds: "same", "changed", "left out", "put in", "exchanged" (two by two). Of equally short ways the one that
    changes the latest items.
    """
    numbers: dict = {}
    coded = [
        np.array([numbers.setdefault(item, len(numbers)) for item in some], dtype=np.int64)
        for some in (old, new)
    ]
    table = distances(*coded)
    i, j = len(old), len(new)
    found: list[Edit] = []
    while i or j:
        here = table[i, j]
        if i and j and old[i - 1] == new[j - 1] and here == table[i - 1, j - 1]:
            kind, a, b = "same", 1, 1
        elif (
            min(i, j) > 1
            and old[i - 1] == new[j - 2]
            and old[i - 2] == new[j - 1]
            and here == table[i - 2, j - 2] + 1
        ):
            kind, a, b = "exchanged", 2, 2
        elif i and j and here == table[i - 1, j - 1] + 1:
            kind, a, b = "changed", 1, 1
        elif j and here == table[i, j - 1] + 1:
            kind, a, b = "put in", 0, 1
        else:
            kind, a, b = "left out", 1, 0
        found.append((kind, i - a, i, j - b, j))
        i, j = i - a, j - b
    return found[::-1]
