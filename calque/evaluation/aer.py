"""Alignment error rate with a bootstrap interval.

Source: Och & Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", section 5,
https://aclanthology.org/J03-1002
"""

from collections.abc import Sequence

from calque.evaluation.against_gold import score
from calque.roles import link_metric
from calque.values import Links, Score


@link_metric(paper="och-ney-2003-systematic")
def aer(
    predictions: Sequence[Links], references: Sequence[Links], *, boot: int = 1000, seed: int = 0
) -> Score:
    """Weigh links that are wrong or missing: 1 - (|A∩S| + |A∩P|) / (|A| + |S|), so lower is better.

    A are the predicted links, S the sure ones, P the sure and the possible ones together. Sums run
    over the corpus, so long sentences weigh more. A possible link costs nothing either way, so
    where P is much larger than S a careful aligner looks better than it is: see `link_f1` too. Where
    all gold links are sure, AER is 1 - F1.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    boot: number of bootstrap draws over sentence pairs for the 95 % percentile interval
    """
    return score("aer", predictions, references, boot, seed)
