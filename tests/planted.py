"""Parallel text of synthetic languages with known word links, and how far links are from these."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from calque import synthetic
from calque.evaluation.against_gold import against_gold
from calque.maths.link_counts import aer
from calque.values import Bitext, Links

SIZE = 300


@cache
def planted(seed: int) -> tuple[Bitext, list[Links]]:
    """Sentence pairs of two languages of a family, and their gold links."""
    family = synthetic.family(seed=seed)
    return family.bitext("qaa", "qab", SIZE, seed), family.links("qaa", "qab", SIZE, seed)


def by_place(gold: Sequence[Links]) -> list[Links]:
    """The baseline: each target word goes with the source word at the same relative place."""
    found = []
    for m, n in (links.size for links in gold):
        there = np.arange(n) if m else np.arange(0)
        found.append(Links(np.stack([(2 * there + 1) * m // (2 * n), there], axis=1), (m, n)))
    return found


def error(found: Sequence[Links], gold: Sequence[Links]) -> float:
    """Alignment error rate, from 0 to 100."""
    return 100 * float(aer(against_gold(found, gold).counts().sum(axis=(0, 1))))
