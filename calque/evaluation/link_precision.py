"""Precision of word links with a bootstrap interval.

Source: Och & Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", section 5,
https://aclanthology.org/J03-1002
"""

from collections.abc import Sequence

from calque.evaluation.against_gold import score
from calque.roles import link_metric
from calque.values import Links, Score


@link_metric(paper="och-ney-2003-systematic")
def link_precision(
    predictions: Sequence[Links], references: Sequence[Links], *, boot: int = 1000, seed: int = 0
) -> Score:
    """Share of the predicted links that are sure or possible in the gold: |A∩P| / |A|.

    Summed over the corpus; 0 where nothing is predicted.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    boot: number of bootstrap draws over sentence pairs for the 95 % percentile interval
    """
    return score("link_precision", predictions, references, boot, seed)
