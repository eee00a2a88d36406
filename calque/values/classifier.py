"""A fitted judge of words: which class a word belongs to, by its spelling."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calque.errors import BadValue
from calque.languages.traits import traits
from calque.maths.sparse import softmax
from calque.values.base import Value


@dataclass(frozen=True)
class Classifier(Value):
    """Weights of the traits of words (`languages.traits`); called with words it gives probabilities.

    labels:    k names of classes, each once
    traits:    f names of traits, each once
    weights:   [f, k] finite
    intercept: [k] finite; what decides where a word has no known trait
    longest:   characters of an n-gram at most
    """

    labels: tuple[str, ...]
    traits: tuple[str, ...]
    weights: np.ndarray
    intercept: np.ndarray
    longest: int

    def __post_init__(self):
        shape = (len(self.traits), len(self.labels))
        if self.weights.shape != shape or self.intercept.shape != shape[1:]:
            raise BadValue(
                f"Classifier: {shape[0]} traits and {shape[1]} labels for weights of shape "
                f"{self.weights.shape} and intercepts of shape {self.intercept.shape}"
            )
        if not (np.isfinite(self.weights).all() and np.isfinite(self.intercept).all()):
            raise BadValue("Classifier: weights and intercepts must be finite")
        for what, names in (("labels", self.labels), ("traits", self.traits)):
            if len(set(names)) != len(names):
                raise BadValue(f"Classifier: {what} occur twice")

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.traits)}

    def __call__(self, words: Sequence[str]) -> np.ndarray:
        """Probability [n, k] of each label for each of n words; rows sum to 1."""
        return softmax(
            trait_matrix(words, self._place, self.longest) @ self.weights + self.intercept
        )

    def best(self, words: Sequence[str]) -> list[str]:
        """The likeliest label of each word, the first of equals."""
        return [self.labels[place] for place in self(words).argmax(axis=1)]


def trait_matrix(words: Sequence[str], place: dict[str, int], longest: int):
    """Sparse [n, f] of 0 and 1: which word has which of the traits in `place`."""
    from scipy import sparse

    owned = [[place[name] for name in traits(word, longest) if name in place] for word in words]
    ends = np.cumsum([0, *(len(own) for own in owned)])
    columns = np.fromiter(
        (column for own in owned for column in own), dtype=np.int64, count=ends[-1]
    )
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(words), len(place)))
