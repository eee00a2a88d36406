"""Vectors with names."""

from dataclasses import dataclass

import numpy as np

from calque.errors import BadValue
from calque.values.base import Value


@dataclass(frozen=True)
class Space(Value):
    """Vectors with names and a language: words, sentences or items.

    names:    n strings, each once
    vectors:  [n, d] floats, finite
    language: ISO 639-3, or "und"
    """

    names: tuple[str, ...]
    vectors: np.ndarray
    language: str = "und"

    def __post_init__(self):
        if self.vectors.ndim != 2 or len(self.names) != len(self.vectors):
            raise BadValue(
                f"Space: {len(self.names)} names for vectors of shape {self.vectors.shape}"
            )
        if not np.isfinite(self.vectors).all():
            row = int(np.argmin(np.isfinite(self.vectors).all(axis=1)))
            raise BadValue(f"Space: the vector of '{self.names[row]}' is not finite")
        if len(set(self.names)) != len(self.names):
            raise BadValue("Space: names occur twice")

    def __len__(self) -> int:
        return len(self.names)
