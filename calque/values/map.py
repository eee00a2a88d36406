"""A fitted function between spaces."""

from dataclasses import dataclass

import numpy as np

from calque.errors import BadValue
from calque.values.base import Value
from calque.values.space import Space


@dataclass(frozen=True)
class Map(Value):
    """A linear function of vectors. Called on a Space it gives the same names in the other space.

    matrix: [d, k] finite floats; a row vector x becomes x @ matrix
    source, target: languages, ISO 639-3, or "und"
    """

    matrix: np.ndarray
    source: str = "und"
    target: str = "und"

    def __post_init__(self):
        if self.matrix.ndim != 2:
            raise BadValue(f"Map: needs a matrix [d, k], got shape {self.matrix.shape}")
        if not np.isfinite(self.matrix).all():
            raise BadValue("Map: the matrix must be finite")

    def __call__(self, space: Space) -> Space:
        """The space's vectors where this function carries them, as float32; names and language stay."""
        if space.vectors.shape[1] != len(self.matrix):
            raise BadValue(
                f"Map: takes vectors of width {len(self.matrix)}, got {space.vectors.shape[1]}"
            )
        moved = space.vectors.astype(np.float32) @ self.matrix.astype(np.float32)
        return Space(space.names, moved, space.language)
