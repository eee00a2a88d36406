"""Links to score, and an independent scorer: sets, a loop, and the definitions."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from calque.values import Links


@dataclass
class Plain:
    """Counts by sets of (pair, word, word), figures as exact fractions."""

    made: set
    sure: set
    possible: set

    @classmethod
    def of(cls, predictions, references, keep=lambda pair, i, j: True):
        made, sure, possible = set(), set(), set()
        for pair, (one, gold) in enumerate(zip(predictions, references, strict=True)):
            made |= {(pair, i, j) for i, j in one.pairs.tolist() if keep(pair, i, j)}
            for (i, j), flag in zip(gold.pairs.tolist(), gold.sure.tolist(), strict=True):
                if keep(pair, i, j):
                    possible.add((pair, i, j))
                    if flag:
                        sure.add((pair, i, j))
        return cls(made, sure, possible)

    @property
    def counts(self):
        return (
            len(self.made),
            len(self.sure),
            len(self.made & self.sure),
            len(self.made & self.possible),
        )

    @property
    def figures(self):
        made, sure, both, right = self.counts
        precision = Fraction(right, made) if made else Fraction(0)
        recall = Fraction(both, sure)
        total = precision + recall
        return {
            "aer": 1 - Fraction(both + right, made + sure),
            "link_precision": precision,
            "link_recall": recall,
            "link_f1": 2 * precision * recall / total if total else Fraction(0),
        }


@pytest.fixture(scope="session")
def plain():
    return Plain.of


@pytest.fixture(scope="session")
def some_links():
    """Random predictions and gold for n pairs; some pairs have no words, no links, or one word."""

    def make(seed, n=40, noise=0.2):
        generator = np.random.default_rng(seed)
        made, gold = [], []
        for _ in range(n):
            size = tuple(generator.integers(0, 7, size=2).tolist())
            pairs = np.argwhere(generator.random(size) < generator.choice([0, 0.3, 0.8]))
            gold.append(Links(pairs, size, sure=generator.random(len(pairs)) < 0.6))
            flips = generator.random(size) < noise
            made.append(Links.from_grid(gold[-1].grid() ^ flips, generator.random(size)))
        return made, gold

    return make
