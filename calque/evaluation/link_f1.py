"""F1 of word links with a bootstrap interval.

Source: Och & Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", section 5,
https://aclanthology.org/J03-1002
"""

from collections.abc import Sequence

from calque.evaluation.against_gold import score
from calque.roles import link_metric
from calque.values import Links, Score


@link_metric(paper="och-ney-2003-systematic")
def link_f1(
    predictions: Sequence[Links], references: Sequence[Links], *, boot: int = 1000, seed: int = 0
) -> Score:
    """Harmonic mean of precision on sure and possible links and of recall on sure ones.

    From sums over the corpus, without rounding between: scorers that round precision and recall first
    differ in the third digit. Gold without a sure link is refused.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    boot: number of bootstrap draws over sentence pairs for the 95 % percentile interval
    """
    return score("link_f1", predictions, references, boot, seed)
