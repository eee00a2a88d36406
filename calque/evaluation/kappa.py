"""Agreement of two annotators beyond chance, with its interval.

Source: Cohen 1960, "A Coefficient of Agreement for Nominal Scales"
"""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.maths import kappa as counts
from calque.maths.bootstrap import interval
from calque.roles import part
from calque.values import Score


@part
def kappa(labels: Sequence, others: Sequence, *, boot: int = 1000, seed: int = 0) -> Score:
    """Cohen's kappa: 1 where two annotators always agree, 0 where they agree as often as by chance.

    It lies in [-1, 1]. Where both give one and the same label throughout, chance agrees too and kappa
    has no value by its formula: 1 is given.

    labels, others: a label per item, of either annotator, none missing
    boot:           number of bootstrap draws over items for the 95 % percentile interval
    """
    if len(labels) != len(others) or not len(labels):
        raise BadValue(
            f"evaluation.kappa: {len(labels)} and {len(others)} labels; as many, and some"
        )
    missing = sum(label is None for label in (*labels, *others))
    if missing:
        raise BadValue(f"evaluation.kappa: {missing} labels are missing; leave such items out")
    statistics = counts.kappa(labels, others)
    low, high = interval(statistics, draws=boot, seed=seed)
    conditions = {"boot": boot, "seed": seed}
    return Score("kappa", statistics.value, low, high, len(labels), conditions)
