"""Byte-pair encoding of one sequence, by the plain definition."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from operator import add


def merged_symbols(
    symbols: Sequence[str],
    ranks: Mapping[tuple[str, str], int],
    joined: Callable[[str, str], str] = add,
) -> list[str]:
    """Join neighbors again and again, the pair of the lowest rank first, leftmost among equals."""
    made = list(symbols)
    while len(made) > 1:
        found = [(ranks.get((a, b), -1), k) for k, (a, b) in enumerate(pairwise(made))]
        best = min((pair for pair in found if pair[0] >= 0), default=None)
        if best is None:
            break
        k = best[1]
        made[k : k + 2] = [joined(made[k], made[k + 1])]
    return made
