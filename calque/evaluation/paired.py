"""Paired test of two systems on the same examples.

Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation" (interval);
Noreen 1989, "Computer-Intensive Methods for Testing Hypotheses" (approximate randomization)
"""

from collections.abc import Callable, Sequence
from functools import partial

from calque.errors import BadSetting, BadValue
from calque.evaluation.answer_words import best_of, equal, shared
from calque.maths import counts
from calque.maths.bootstrap import Statistics, paired_difference
from calque.roles import part
from calque.values import Score

_COUNTS: dict[str, Callable[..., Statistics]] = {
    "accuracy": counts.hits,
    "span_f1": counts.span_f1,
    "las": counts.attached,
    "uas": partial(counts.attached, kept=1),
    "answer_f1": partial(best_of, "evaluation.paired", compare=shared),
    "exact_match": partial(best_of, "evaluation.paired", compare=equal),
}


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
    metric:     accuracy, span_f1, las, uas, answer_f1 or exact_match
    language:   of answers (`evaluation.exact_match`)
    boot:       number of bootstrap draws for the interval and of random swaps for p

    Returns the difference predictions - others; `p` is among the conditions.
    """
    if metric not in _COUNTS:
        raise BadSetting(
            f"evaluation.paired: no metric '{metric}'; there are: {', '.join(_COUNTS)}"
        )
    if not len(references):
        raise BadValue("evaluation.paired: no examples to compare on")
    of = {"language": language} if metric in ("answer_f1", "exact_match") else {}
    first, second = (_COUNTS[metric](made, references, **of) for made in (predictions, others))
    value, low, high, p = paired_difference(first, second, draws=boot, seed=seed)
    conditions = {"p": round(p, 4), "boot": boot, "seed": seed}
    return Score(f"{metric}_difference", value, low, high, len(references), conditions)
