"""Paired test of two aligners on the same gold links.

Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation" (interval);
Noreen 1989, "Computer-Intensive Methods for Testing Hypotheses" (approximate randomization)
"""

from collections.abc import Sequence

from calque.errors import BadSetting, BadValue
from calque.evaluation.against_gold import against_gold
from calque.maths.bootstrap import Statistics, paired_difference
from calque.maths.link_counts import FIGURES, undefined
from calque.roles import part
from calque.values import Links, Score


@part(paper="koehn-2004-statistical")
def paired_links(
    predictions: Sequence[Links],
    others: Sequence[Links],
    references: Sequence[Links],
    *,
    metric: str = "aer",
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Difference of two aligners on the same sentence pairs, with its interval and p value.

    predictions, others: links that either aligner found; references: gold
    metric: aer (lower is better), link_f1, link_precision or link_recall
    boot:   number of bootstrap draws for the interval and of random swaps for p

    Returns the difference predictions - others; `p` is among the conditions.
    """
    if metric not in FIGURES:
        raise BadSetting(
            f"evaluation.paired_links: no metric '{metric}'; there are: {', '.join(FIGURES)}"
        )
    first, second = (
        Statistics(against_gold(made, references).counts()[:, 0], FIGURES[metric])
        for made in (predictions, others)
    )
    for statistics in (first, second):
        if undefined(metric, statistics.counts.sum(axis=0)):
            raise BadValue(
                f"evaluation.paired_links: nothing to divide by for {metric} in {len(references)} "
                "pairs, so it says nothing"
            )
    value, low, high, p = paired_difference(first, second, draws=boot, seed=seed)
    conditions = {"p": round(p, 4), "boot": boot, "seed": seed}
    return Score(f"{metric}_difference", value, low, high, len(references), conditions)
