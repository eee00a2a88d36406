"""What a model says of examples."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.values.base import Value


@dataclass(frozen=True)
class Predictions(Value):
    """One prediction per example, in their order; reads as a sequence of labels.

    labels:  a label per example; or a tuple of tags, one per word, or of head and relation of each
             word, "2:nsubj"; or the answer, "" where there is none
    classes: c labels or tags that could have been chosen; empty where that is not a list
    probabilities: [n, c] of each class; for tags [words of all examples in order, c]; None where
             the method gives none
    starts:  of answers, the first character of each in its context, -1 for none
    """

    labels: tuple[Any, ...]
    classes: tuple[str, ...] = ()
    probabilities: np.ndarray | None = None
    starts: tuple[int, ...] | None = None

    def __post_init__(self):
        object.__setattr__(
            self,
            "labels",
            tuple(tuple(label) if isinstance(label, list) else label for label in self.labels),
        )
        if self.starts is not None:
            object.__setattr__(self, "starts", tuple(self.starts))
            if len(self.starts) != len(self.labels):
                raise BadValue(
                    f"Predictions: {len(self.starts)} starts for {len(self.labels)} answers"
                )
        if self.probabilities is not None:
            rows = sum(1 if isinstance(label, str) else len(label) for label in self.labels)
            if self.probabilities.shape != (rows, len(self.classes)):
                raise BadValue(
                    f"Predictions: probabilities of shape {self.probabilities.shape} for {rows} "
                    f"predictions among {len(self.classes)} classes"
                )

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.labels)

    def __getitem__(self, index: int) -> Any:
        return self.labels[index]
