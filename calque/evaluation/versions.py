"""One model's labels of two versions of a test set, row by row."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from calque.errors import BadValue
from calque.maths.bootstrap import Statistics, paired_difference
from calque.maths.holm import holm
from calque.values import Table


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


def gaps(
    part: str,
    versions: Iterable[tuple[str, Sequence, Sequence, Sequence]],
    *,
    boot: int,
    seed: int,
) -> Table:
    """A row for each language, its labels of the human and of the machine version, and those to compare with."""
    rows: list[dict[str, Any]] = []
    for language, human, machine, references in versions:
        one, other = hits_of(part, human, machine, references)
        gap, low, high, p = paired_difference(_share(other), _share(one), draws=boot, seed=seed)
        rows.append(
            {
                "language": language,
                "human": float(one.mean()),
                "machine": float(other.mean()),
                "gap": gap,
                "low": low,
                "high": high,
                "p": p,
                "human_only": int((one & ~other).sum()),
                "machine_only": int((other & ~one).sum()),
                "n": len(references),
            }
        )
    adjusted = holm([row["p"] for row in rows]).tolist()
    rows = [row | {"p_of_all": value} for row, value in zip(rows, adjusted, strict=True)]
    return Table(tuple(sorted(rows, key=lambda row: -row["gap"])))


def _share(right: np.ndarray) -> Statistics:
    counts = np.stack([right, np.ones_like(right)], axis=1).astype(np.int64)
    return Statistics(counts, lambda sums: sums[..., 0] / sums[..., 1])
