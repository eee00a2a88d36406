"""One model's labels of two versions of a test set, row by row."""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadValue


def hits_of(
    part: str, human: Sequence, machine: Sequence, references: Sequence
) -> tuple[np.ndarray, np.ndarray]:
    """[n] whether each version's label is right."""
    if not len(human) == len(machine) == len(references):
        raise BadValue(
            f"{part}: {len(human)} and {len(machine)} predictions of the two versions and "
            f"{len(references)} labels; versions are of the same examples in the same order"
        )
    missing = [row for row, label in enumerate(references) if label is None]
    if missing:
        raise BadValue(f"{part}: row {missing[0]} has no label to compare with; leave it out")
    right = [
        np.array([a == b for a, b in zip(made, references, strict=True)], dtype=bool)
        for made in (human, machine)
    ]
    return right[0], right[1]
