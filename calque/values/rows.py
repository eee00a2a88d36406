"""Rows that a model's tables are to have for new pieces."""

from dataclasses import dataclass

import numpy as np

from calque.errors import BadValue
from calque.values.base import Value


@dataclass(frozen=True)
class Rows(Value):
    """Input rows, output rows and biases of a vocabulary's pieces, where they are known.

    pieces:  t piece texts, in the order of their ids
    known:   [t] booleans; what stands in the other rows means nothing
    inputs:  [t, d]
    outputs: [t, e], None where the model has one table for both
    bias:    [t] of the output, None where it has none
    """

    pieces: tuple[str, ...]
    known: np.ndarray
    inputs: np.ndarray
    outputs: np.ndarray | None = None
    bias: np.ndarray | None = None

    def __post_init__(self):
        for name, array, axes in (
            ("known", self.known, 1),
            ("inputs", self.inputs, 2),
            ("outputs", self.outputs, 2),
            ("bias", self.bias, 1),
        ):
            if array is None:
                continue
            if array.ndim != axes or len(array) != len(self.pieces):
                raise BadValue(
                    f"Rows: {name} of shape {array.shape} for {len(self.pieces)} pieces; it needs "
                    f"{axes} axes, the first as long as there are pieces"
                )
            if not np.isfinite(array[self.known]).all():
                flat = np.isfinite(array).reshape(len(array), -1).all(axis=1) | ~self.known
                raise BadValue(f"Rows: {name} of '{self.pieces[int(np.argmin(flat))]}' not finite")

    def __len__(self) -> int:
        return len(self.pieces)
