"""Agreement of predictions across translations: a signal that needs no target labels."""

from collections.abc import Sequence

from calque.maths.bootstrap import interval
from calque.maths.counts import hits
from calque.roles import part
from calque.values import Score


@part
def agreement(predictions: Sequence, others: Sequence, *, boot: int = 1000, seed: int = 0) -> Score:
    """Share of sentences that are predicted like their translations.

    predictions, others: labels of the same sentences in two languages
    boot: number of bootstrap draws for the 95 % percentile interval
    """
    statistics = hits(predictions, others)
    low, high = interval(statistics, draws=boot, seed=seed)
    return Score(
        "agreement", statistics.value, low, high, len(others), {"boot": boot, "seed": seed}
    )
