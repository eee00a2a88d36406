"""Word links of a sentence pair."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from calque.errors import BadValue
from calque.values.base import Value


@dataclass(frozen=True)
class Links(Value):
    """Word links of one sentence pair, 0-based, source first, in row-major order, each once.

    pairs: [k, 2]  source word, target word
    size:  (m, n)  number of words on either side
    score: [k]     higher is surer; 1 where the maker gives none
    sure:  [k]     False for links that are only possible (gold)
    """

    pairs: np.ndarray
    size: tuple[int, int]
    score: np.ndarray = field(default=None)  # type: ignore[assignment]
    sure: np.ndarray = field(default=None)  # type: ignore[assignment]

    def __post_init__(self):
        pairs = np.asarray(self.pairs, dtype=np.int32).reshape(-1, 2)
        m, n = (int(side) for side in self.size)
        score = np.ones(len(pairs)) if self.score is None else np.asarray(self.score, dtype=float)
        sure = np.ones(len(pairs), bool) if self.sure is None else np.asarray(self.sure, dtype=bool)
        if len(score) != len(pairs) or len(sure) != len(pairs):
            raise BadValue(
                f"Links: {len(pairs)} pairs, {len(score)} scores, {len(sure)} sure flags"
            )
        outside = (pairs < 0).any(axis=1) | (pairs[:, 0] >= m) | (pairs[:, 1] >= n)
        if outside.any():
            i, j = pairs[outside][0]
            raise BadValue(f"Links: pair ({i}, {j}) lies outside the {m} by {n} grid")
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        pairs, score, sure = pairs[order], score[order], sure[order]
        twice = (pairs[1:] == pairs[:-1]).all(axis=1)
        if twice.any():
            i, j = pairs[1:][twice][0]
            raise BadValue(f"Links: pair ({i}, {j}) occurs twice")
        for name, value in (("pairs", pairs), ("score", score), ("sure", sure), ("size", (m, n))):
            object.__setattr__(self, name, value)

    @classmethod
    def from_grid(cls, linked: np.ndarray, score: np.ndarray | None = None) -> "Links":
        """Links where `linked` [m, n] is true, scored by `score` [m, n] where given."""
        pairs = np.argwhere(linked)
        return cls(pairs, linked.shape, None if score is None else score[pairs[:, 0], pairs[:, 1]])  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.pairs)

    def grid(self) -> np.ndarray:
        """[m, n] booleans, true where linked."""
        grid = np.zeros(self.size, dtype=bool)
        grid[self.pairs[:, 0], self.pairs[:, 1]] = True
        return grid

    def scores(self) -> np.ndarray:
        """[m, n] scores, 0 where not linked."""
        grid = np.zeros(self.size)
        grid[self.pairs[:, 0], self.pairs[:, 1]] = self.score
        return grid

    def same_pair(self, other: "Links") -> None:
        """Raise BadValue unless both lie on grids of one size, as links of one sentence pair do."""
        if self.size != other.size:  # NumPy would stretch a side of one word
            raise BadValue(
                f"Links: grids of {self.size} and {other.size} words are not of one sentence pair; "
                "both directions are given source first"
            )

    def beside(self, other: "Links") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Cells [k, 2] that either links, whether each does [2, k], and its scores [2, k], else 0."""
        self.same_pair(other)
        n = max(self.size[1], 1)
        keys = [side.pairs[:, 0].astype(np.int64) * n + side.pairs[:, 1] for side in (self, other)]
        every = np.union1d(*keys)
        held, scores = np.zeros((2, len(every)), dtype=bool), np.zeros((2, len(every)))
        for row, (own, score) in enumerate(zip(keys, (self.score, other.score), strict=True)):
            places = np.searchsorted(every, own)
            held[row, places], scores[row, places] = True, score
        return np.stack([every // n, every % n], axis=1), held, scores

    def grown(
        self, other: "Links", grow: Callable[[np.ndarray, np.ndarray], np.ndarray]
    ) -> "Links":
        """Links where `grow` of both grids [m, n] is true, scored by the mean of both, a missing one as 0."""
        self.same_pair(other)
        if not len(self) + len(other):  # what was too long to be linked is too long for a grid
            return self
        linked = grow(self.grid(), other.grid())
        return Links.from_grid(linked, (self.scores() + other.scores()) / 2)

    @property
    def swapped(self) -> "Links":
        """The same links seen from the target."""
        return Links(self.pairs[:, ::-1], (self.size[1], self.size[0]), self.score, self.sure)
