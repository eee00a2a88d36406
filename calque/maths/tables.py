"""Translation tables over pairs of word types, fitted by expectation maximization."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calque.maths.grids import Batch, Grids

# (batch, emission [l, b, 1 + w]) -> posterior [l, b, 1 + w]
Expect = Callable[[Batch, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Counts:
    """Expected counts of pairs of types, and how they make probabilities.

    pairs: [p]  over `Grids.keys`
    given: [s]  sums per source type, the null word first
    usual: [t]  share of each target type in the corpus
    prior: how many times each source type is taken to have been translated beforehand, by any
           target type as often as this occurs in the corpus. Keeps a rare source type from explaining
           whatever stands across from it; 0 gives relative frequencies
    """

    pairs: np.ndarray
    given: np.ndarray
    usual: np.ndarray
    prior: float

    def table(self, corpus: Grids) -> np.ndarray:
        """Probability [p] of the target type given the source type."""
        beforehand = self.prior * self.usual[corpus.explained]
        return (self.pairs + beforehand) / np.maximum(self.given[corpus.given] + self.prior, 1e-300)


def count(corpus: Grids, expect: Expect, table: np.ndarray, *, smoothing: float) -> Counts:
    """Gather the expected counts of one round.

    expect:    posteriors of the cells of a batch, given the table's probability of each
    table:     [p]  any scale per source type
    smoothing: prior counts per source type and distinct target type
    """
    pairs = np.zeros(len(table))
    for batch in corpus.batches:
        batch.gather(expect(batch, batch.spread(table)), pairs)
    return counted(corpus, pairs, smoothing=smoothing)


def counted(corpus: Grids, pairs: np.ndarray, *, smoothing: float) -> Counts:
    """Expected counts [p] of pairs of types, with what else makes probabilities of them."""
    usual = np.bincount(corpus.explained, pairs, corpus.width)
    usual = usual / max(usual.sum(), 1e-300)  # not in place: without pairs these are integers
    return Counts(pairs, np.bincount(corpus.given, pairs, 1), usual, smoothing * corpus.width)


def evenly(null: float) -> Expect:
    """Posteriors of IBM model 1: the null word has the prior share `null`, words share the rest."""

    def expect(batch: Batch, emission: np.ndarray) -> np.ndarray:
        weight = emission * ((1 - null) / batch.m)[:, None]
        weight[:, :, 0] = emission[:, :, 0] * null
        return weight / weight.sum(axis=2, keepdims=True)

    return expect
