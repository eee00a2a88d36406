"""Gibbs sampling of word alignments: translations, jumps and fertilities with Dirichlet priors.

Each target word is linked to a source word or to the null word. A sweep draws every link anew, given
all others. The sentence pairs of a batch are walked side by side, place by place. Links drawn at the
same place see one another's old state, and fertilities those before the sweep of their batch, where a
sampler that draws one by one would see the new; with a batch per pair the draws are exact but for
source words that a sentence repeats.
"""

from dataclasses import dataclass

import numpy as np

from calque.maths.chances import (
    FERTILITIES,
    REACH,
    Evenly,
    Factor,
    Order,
    Taken,
    bins,
    fertilities,
    last_linked,
)
from calque.maths.grids import Cells, Grids
from calque.maths.shelf import Shelf
from calque.progress import track

JUMP_PRIOR = 0.5  # counts of each jump beforehand
FERTILITY_PRIOR = 4.0  # source words per type beforehand, of fertilities as usual in the corpus
CLOSED = 1e-10  # how likely a link too many is


@dataclass(frozen=True)
class Priors:
    """What is known beforehand.

    null:      share in [0, 1) of target words that no source word explains
    smoothing: above 0; how many times each source type is taken to have been translated, by any target
               type as often as this occurs in the corpus
    """

    null: float
    smoothing: float


class Sampler:
    """Links of a corpus in some state, and what is counted in it.

    links:     per batch [l, b]  linked source word, from 1; 0 for the null word and past the end
    sides:     per batch [b, 1 + w]  source types, the null word first; -1 is padding
    pairs:     [p]  links per pair of types, of `Grids.keys`
    given:     [s + 1]  links per source type; the last stands for padding
    fertility: [s + 1, FERTILITIES]  source words by type and number of links
    jumps:     [2 * REACH + 1]  probability of each jump from one linked source word to the next; the
               first is from before the first word, the last to behind the last
    usual:     [FERTILITIES]  probability of each fertility of any word
    """

    def __init__(self, corpus: Grids, priors: Priors, generator: np.random.Generator):
        """Link every target word at random."""
        types = 1 + int(corpus.given.max(initial=0))
        self.corpus, self.priors, self.generator = corpus, priors, generator
        self.pairs, self.given = np.zeros(len(corpus.keys)), np.zeros(types + 1)
        self.fertility = np.zeros((types + 1, FERTILITIES))
        self.links, self.sides = [], []
        often = np.zeros(corpus.width)
        for batch in corpus.batches:
            share = (generator.random(batch.real.shape) - priors.null) / (1 - priors.null)
            links = np.ceil(np.maximum(share, 0) * batch.m).astype(np.int64) * batch.real
            side = np.append(corpus.given[batch.pairs], [-1, -1])[batch.cells[0]]
            self.links.append(links)
            self.sides.append(side)
            j, b = np.nonzero(batch.real)
            linked, size = links[j, b], len(batch.pairs)
            self.pairs[batch.pairs] += np.bincount(batch.cells[j, b, linked], minlength=size)
            self.given += np.bincount(side[b, linked], minlength=len(self.given))
            self._count_fertility(side, fertilities(links, side.shape[1]), 1)
            often += np.bincount(
                corpus.explained[batch.pairs[batch.cells[j, b, 0]]], minlength=len(often)
            )
        self.expected = priors.smoothing * often / max(often.sum(), 1.0)
        self.learn()

    def _count_fertility(self, side: np.ndarray, fertility: np.ndarray, by: int) -> None:
        cells = side * FERTILITIES + np.minimum(fertility, FERTILITIES - 1)
        cells = cells[side >= 0]
        counted = np.bincount(cells, minlength=self.fertility.size)
        self.fertility += by * counted.reshape(self.fertility.shape)

    def learn(self) -> None:
        """Take jumps and usual fertilities from the state."""
        counted = np.full(2 * REACH + 1, JUMP_PRIOR)
        for batch, links in zip(self.corpus.batches, self.links, strict=True):
            before, last = last_linked(links)
            jump = np.concatenate([(links - before)[links > 0], 1 + batch.m - last])
            counted += np.bincount(bins(jump), minlength=len(counted))
        self.jumps = counted / counted.sum()
        some = self.fertility[1:-1].sum(axis=0) + 1
        self.usual = some / some.sum()

    def sweep(
        self, *, order: bool, fertile: bool, posteriors: list[np.ndarray] | None = None
    ) -> None:
        """Draw every link once.

        order:      jumps count; else every source word is as likely beforehand
        fertile:    fertilities count
        posteriors: per batch [l, b, 1 + w]; the probabilities of each draw are added
        """
        for place, (batch, side) in enumerate(zip(self.corpus.batches, self.sides, strict=True)):
            links = self.links[place]
            fertility = fertilities(links, side.shape[1])
            factors: list[Factor] = [
                Order(self.jumps, links, batch.m, side.shape[1]) if order else Evenly(batch.m)
            ]
            if fertile:
                factors.append(Taken(self._growth(side, fertility), fertility.copy()))
            self._draw(batch, side, links, factors, None if not posteriors else posteriors[place])
            self._count_fertility(side, fertility, -1)
            self._count_fertility(side, fertilities(links, side.shape[1]), 1)

    def _growth(self, side: np.ndarray, fertility: np.ndarray) -> np.ndarray:
        """[b, 1 + w, FERTILITIES] how much likelier one link more is, at each number of links."""
        seen = self.fertility[side] + FERTILITY_PRIOR * self.usual
        itself = np.minimum(fertility, FERTILITIES - 1)[:, :, None] == np.arange(FERTILITIES)
        seen -= itself & (side > 0)[:, :, None]
        growth = np.full(seen.shape, CLOSED)
        growth[:, :, :-1] = seen[:, :, 1:] / seen[:, :, :-1]
        growth[:, 0] = 1.0  # the null word takes any number
        return growth

    def _draw(
        self,
        batch: Cells,
        side: np.ndarray,
        links: np.ndarray,
        factors: list[Factor],
        collected: np.ndarray | None,
    ) -> None:
        """Draw the links of a batch in place, one target word of each pair at a time."""
        words = _Words(self, batch, side)
        uniform = 1 - self.generator.random(links.shape)  # above 0: what weighs 0 is not drawn
        for j, b in enumerate(batch.real.sum(axis=1).tolist()):
            old = links[j, :b].copy()
            weight = words.weigh(j, old)
            for factor in factors:
                factor.weigh(j, old, weight)
            heap = np.cumsum(weight, axis=1)
            new = (heap < uniform[j, :b, None] * heap[:, -1:]).sum(axis=1)
            if collected is not None:
                collected[j, :b] += weight / heap[:, -1:]
            links[j, :b] = new
            words.move(j, old, new)
            for factor in factors:
                factor.move(old, new)
        words.put_back()


class _Words:
    """How likely source words and null are to be translated so, as counts of a batch change."""

    def __init__(self, state: Sampler, batch: Cells, side: np.ndarray):
        self.state, self.batch, self.side = state, batch, side
        self.null = state.priors.null / (1 - state.priors.null)
        self.counts = np.append(state.pairs[batch.pairs], [0.0, 0.0])
        expected = np.append(state.expected[state.corpus.explained[batch.pairs]], [0.0, 0.0])
        self.expected = expected[batch.cells[:, :, :1]]
        self.rows = np.arange(len(batch.m))
        state.given[-1] = np.inf  # so that padding weighs 0

    def weigh(self, j: int, old: np.ndarray) -> np.ndarray:
        """Weights [b, 1 + w] of all sources at place j, with the old links [b] taken away."""
        b = len(old)
        row = self.rows[:b]
        weight = self.counts[self.batch.cells[j, :b]] + self.expected[j, :b]
        weight[row, old] -= 1
        mass = self.state.given[self.side[:b]] + self.state.priors.smoothing
        mass[row, old] -= 1
        weight /= mass
        weight[:, 0] *= self.null
        return weight

    def move(self, j: int, old: np.ndarray, new: np.ndarray) -> None:
        """Count the new links instead of the old."""
        b = len(old)
        row, cells, given = self.rows[:b], self.batch.cells[j, :b], self.state.given
        np.add.at(self.counts, cells[row, old], -1.0)
        np.add.at(self.counts, cells[row, new], 1.0)
        np.add.at(given, self.side[row, old], -1.0)
        np.add.at(given, self.side[row, new], 1.0)

    def put_back(self) -> None:
        """Hand the counts to the state."""
        self.state.pairs[self.batch.pairs] = self.counts[:-2]
        self.state.given[-1] = 0.0


def sampled(
    corpus: Grids, priors: Priors, *, sweeps: int, samplers: int, seed: int
) -> list[np.ndarray]:
    """Posteriors [l, b, 1 + w] per batch, null first: means over samplers and the last half of the sweeps.

    Each sampler sweeps a quarter of `sweeps` with translations alone, a quarter with jumps, then `sweeps`
    with fertilities. What is averaged are the probabilities drawn from, not the links drawn.
    """
    shelf = Shelf()
    for batch in corpus.batches:
        shelf.put(np.zeros(batch.cells.shape, dtype=np.float32))
    posteriors = shelf.arrays()
    quarter = max(2, sweeps // 4)
    first = 2 * quarter + sweeps // 2
    total = 2 * quarter + sweeps
    for number in track(range(samplers), "sampling"):
        state = Sampler(corpus, priors, np.random.default_rng([seed, number]))
        for step in range(total):
            state.sweep(
                order=step >= quarter,
                fertile=step >= 2 * quarter,
                posteriors=posteriors if step >= first else None,
            )
            state.learn()
    for posterior in posteriors:
        posterior /= samplers * (total - first)
    return posteriors
