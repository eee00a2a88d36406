"""Macro F1 with a bootstrap interval."""

from collections.abc import Sequence
from itertools import chain

from calque.maths.bootstrap import interval
from calque.maths.counts import class_f1
from calque.roles import metric
from calque.values import Score


@metric
def macro_f1(
    predictions: Sequence, references: Sequence, *, boot: int = 1000, seed: int = 0
) -> Score:
    """Mean over labels of the F1 of each, so that rare labels weigh as much as frequent ones.

    Labels that occur in neither list do not count. Lists of tags are taken tag by tag.

    predictions, references: one label, or one list of tags, per example
    boot: number of bootstrap draws for the 95 % percentile interval
    """
    n = len(references)
    if n and isinstance(references[0], (list, tuple)):
        predictions, references = list(chain(*predictions)), list(chain(*references))
    statistics = class_f1(predictions, references)
    low, high = interval(statistics, draws=boot, seed=seed)
    return Score("macro_f1", statistics.value, low, high, n, {"boot": boot, "seed": seed})
