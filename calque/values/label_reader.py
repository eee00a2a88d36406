"""A fitted judge of texts that looks at them from every label's point of view."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calque.errors import BadValue
from calque.maths.sparse import softmax
from calque.values.base import Value


@dataclass(frozen=True)
class LabelReader(Value):
    """Attention from labels to the words of a text; called with states of words it gives probabilities.

    labels:  c names, each once
    points:  [c, d] a vector of each label's description
    query, key, value: [d, w] what labels and words are turned into
    weights: [w] of what a label saw
    heads:   into how many parts w is cut
    """

    labels: tuple[str, ...]
    points: np.ndarray
    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    weights: np.ndarray
    heads: int

    def __post_init__(self):
        d, w = self.query.shape
        shapes = (self.points.shape, self.key.shape, self.value.shape, self.weights.shape)
        if (
            shapes != ((len(self.labels), d), (d, w), (d, w), (w,))
            or self.heads < 1
            or w % self.heads
        ):
            raise BadValue(
                f"LabelReader: {len(self.labels)} labels, query of shape {self.query.shape}, {self.heads} heads and "
                f"points, key, value and weights of shapes {', '.join(map(str, shapes))} do not fit each other"
            )
        if not all(
            np.isfinite(each).all()
            for each in (self.points, self.query, self.key, self.value, self.weights)
        ):
            raise BadValue("LabelReader: its numbers must be finite")

    def __call__(self, states: Sequence[np.ndarray]) -> np.ndarray:
        """Probability [n, c] of each label for n texts, given as states [m, d] of their words; rows sum to 1."""
        found = np.zeros((len(states), len(self.labels)))
        asked = self._parts(self.points @ self.query)
        for row, words in enumerate(states):
            if not len(words):  # nothing to see: every label is as likely
                continue
            known, told = self._parts(words @ self.key), self._parts(words @ self.value)
            grid = np.einsum("chw,mhw->chm", asked, known) / np.sqrt(asked.shape[2])
            seen = np.einsum("chm,mhw->chw", softmax(grid), told).reshape(len(self.labels), -1)
            beside = (seen * asked.reshape(seen.shape)).sum(1) / np.sqrt(seen.shape[1])
            found[row] = beside + seen @ self.weights
        return softmax(found)

    def _parts(self, made: np.ndarray) -> np.ndarray:
        return made.reshape(len(made), self.heads, -1)
