"""Accuracy with a bootstrap interval."""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.maths.bootstrap import interval
from calque.maths.counts import hits
from calque.roles import metric
from calque.values import Labelled, Score


@metric
def accuracy(
    predictions: Sequence, references: Sequence, *, boot: int = 1000, seed: int = 0
) -> Score:
    """Share that is right: of labels, or of tags where the examples are lists of tags.

    predictions, references: one label, or one list of tags, per example
    boot: number of bootstrap draws over examples for the 95 % percentile interval
    """
    for name, given in (("predictions", predictions), ("references", references)):
        if isinstance(given, Labelled):  # none would be equal, and the score a silent 0
            raise BadValue(
                f"evaluation.accuracy: {name} are examples; give their labels (data.labels)"
            )
    statistics = hits(predictions, references)
    low, high = interval(statistics, draws=boot, seed=seed)
    return Score(
        "accuracy", statistics.value, low, high, len(references), {"boot": boot, "seed": seed}
    )
