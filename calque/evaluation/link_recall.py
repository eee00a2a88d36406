"""Recall of word links with a bootstrap interval.

Source: Och & Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", section 5,
https://aclanthology.org/J03-1002
"""

from collections.abc import Sequence

from calque.evaluation.against_gold import score
from calque.roles import link_metric
from calque.values import Links, Score


@link_metric(paper="och-ney-2003-systematic")
def link_recall(
    predictions: Sequence[Links], references: Sequence[Links], *, boot: int = 1000, seed: int = 0
) -> Score:
    """Share of the sure gold links that are predicted: |A∩S| / |S|.

    Summed over the corpus. Gold without a sure link has no recall and is refused.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    boot: number of bootstrap draws over sentence pairs for the 95 % percentile interval
    """
    return score("link_recall", predictions, references, boot, seed)
