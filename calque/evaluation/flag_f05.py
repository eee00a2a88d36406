"""F0.5 of words that are flagged, such as erroneous ones, with a bootstrap interval."""

from collections.abc import Sequence

from calque.maths.bootstrap import interval
from calque.maths.counts import flag_f
from calque.roles import metric
from calque.values import Score


@metric(paper="ged-synthetic-errors")
def flag_f05(
    predictions: Sequence[Sequence[str]],
    references: Sequence[Sequence[str]],
    *,
    plain: Sequence[str] = ("c", "O"),
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """F0.5 of flags over all words: a wrong flag costs more than a missing one.

    As the MultiGED-2023 task scores detection of grammatical errors. 0 where nothing is flagged rightly.

    predictions, references: one list of tags per sentence
    plain: tags that are no flag; all others are, and are alike
    boot: number of bootstrap draws over sentences for the 95 % percentile interval
    """
    statistics = flag_f(predictions, references, frozenset(plain), 0.5)
    low, high = interval(statistics, draws=boot, seed=seed)
    conditions = {"boot": boot, "seed": seed}
    return Score("flag_f05", statistics.value, low, high, len(references), conditions)
