"""Hidden Markov chains of tags over many sentences at once: likeliest tags, and posteriors.

Sentences stand one after the other; `sizes` counts the words of each. Sentences of all lengths walk
together, the longest first, so that those that still have a word at some place are the first ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass
class Walk:
    """Sentences from the longest to the shortest.

    first: [s] their first words among all
    live:  how many have a word at place 0, 1, ...
    """

    first: np.ndarray
    live: list[int]

    @classmethod
    def of(cls, sizes: np.ndarray) -> "Walk":
        """The order in which sentences of these sizes walk; those without words stay away."""
        order = np.argsort(-sizes, kind="stable")
        longest = int(sizes.max(initial=0))
        live = np.searchsorted(-sizes[order], -np.arange(longest), side="left")
        return cls((np.cumsum(sizes) - sizes)[order], live.tolist())

    def back(self) -> Iterator[tuple[int, int, np.ndarray]]:
        """From the last place to the second: place, sentences that reach it, their words there."""
        for place in reversed(range(1, len(self.live))):
            yield place, self.live[place], self.first[: self.live[place]] + place


def best_tags(
    start: np.ndarray, steps: np.ndarray, emission: np.ndarray, sizes: np.ndarray
) -> np.ndarray:
    """Tags [n] of the likeliest sequence of every sentence (Viterbi).

    start:    [t] log probability of a tag at the beginning
    steps:    [t, t] of a tag (column) after another (row)
    emission: [n, t] of each word under each tag, up to a constant per word
    sizes:    [s] words of each sentence, n in all
    """
    walk = Walk.of(sizes)
    found = np.zeros(len(emission), dtype=np.int64)
    if not walk.live:
        return found
    score = start + emission[walk.first[: walk.live[0]]]
    came = np.zeros(emission.shape, dtype=np.int32)
    for place, live in enumerate(walk.live[1:], start=1):
        here = walk.first[:live] + place
        through = score[:live, :, None] + steps
        came[here] = through.argmax(axis=1)
        score[:live] = through.max(axis=1) + emission[here]
    last = np.zeros(len(score), dtype=np.int64)
    last[:] = score.argmax(axis=1)
    for _, live, here in walk.back():
        found[here] = last[:live]
        last[:live] = came[here, last[:live]]
    found[walk.first[: walk.live[0]]] = last
    return found


def tag_posteriors(
    start: np.ndarray, steps: np.ndarray, emission: np.ndarray, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probability [n, t] of each tag of each word given its sentence, and expected steps [t, t].

    start:    [t] probability of a tag at the beginning
    steps:    [t, t] of a tag (column) after another (row)
    emission: [n, t] of each word under each tag, up to a factor per word; some tag above 0
    sizes:    [s] words of each sentence, n in all
    """
    walk = Walk.of(sizes)
    chance = emission / emission.max(axis=1, keepdims=True, initial=1e-300)
    at, scale = np.zeros(chance.shape), np.ones((len(chance), 1))
    for place, live in enumerate(walk.live):
        here = walk.first[:live] + place
        at[here] = (at[here - 1] @ steps if place else start) * chance[here]
        scale[here] = at[here].sum(axis=1, keepdims=True)
        at[here] /= scale[here]
    later = np.ones((walk.live[0] if walk.live else 0, chance.shape[1]))
    found, taken = at.copy(), np.zeros(steps.shape)
    for _, live, here in walk.back():
        found[here] *= later[:live]
        reached = chance[here] * later[:live] / scale[here]
        taken += at[here - 1].T @ reached
        later[:live] = reached @ steps.T
    if walk.live:
        found[walk.first[: walk.live[0]]] *= later
    return found, taken * steps
