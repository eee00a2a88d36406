"""Paired test of two systems on the same examples.

Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation" (interval);
Noreen 1989, "Computer-Intensive Methods for Testing Hypotheses" (approximate randomization)
"""

from collections.abc import Sequence

from calque.evaluation.compared import counted
from calque.maths.bootstrap import paired_difference
from calque.roles import part
from calque.values import Score


@part(paper="koehn-2004-statistical")
def paired(
    predictions: Sequence,
    others: Sequence,
    references: Sequence,
    *,
    metric: str = "accuracy",
    language: str = "und",
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Difference of two systems in a metric, with its interval and p value.

    predictions, others: of either system, one label, answer, or list of tags or heads per example
    references: gold
    metric:     accuracy, macro_f1, span_f1, las, uas, answer_f1 or exact_match
    language:   of answers (`evaluation.exact_match`)
    boot:       number of bootstrap draws for the interval and of random swaps for p

    Returns the difference predictions - others; `p` is among the conditions.
    """
    systems = (predictions, others)
    first, second = counted("evaluation.paired", systems, references, metric, language)
    value, low, high, p = paired_difference(first, second, draws=boot, seed=seed)
    conditions = {"p": round(p, 4), "boot": boot, "seed": seed}
    return Score(f"{metric}_difference", value, low, high, len(references), conditions)
