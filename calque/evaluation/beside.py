"""A system beside others on one test set.

Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation" (interval);
Noreen 1989, "Computer-Intensive Methods for Testing Hypotheses" (approximate randomization)
"""

from collections.abc import Sequence

from calque.evaluation.compared import counted
from calque.maths.bootstrap import interval, paired_difference
from calque.roles import part
from calque.values import Table


@part(paper="koehn-2004-statistical")
def beside(
    predictions: Sequence,
    others: list[Sequence],
    references: Sequence,
    *,
    metric: str = "accuracy",
    language: str = "und",
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate what a system and others score, and how much better it is than each.

    Columns: system ("this", "other 1" …), metric, value, low, high, n; of the others gain (this - other), gain_low,
    gain_high, p.

    predictions, others: of each system, one label or list of tags per example
    references: gold
    metric: accuracy, macro_f1, span_f1, las, uas, answer_f1 or exact_match
    language: of answers (`evaluation.exact_match`)
    boot:   number of bootstrap draws for the intervals and of random swaps for p
    """
    systems = (predictions, *others)
    this, *rest = counted("evaluation.beside", systems, references, metric, language)
    rows = []
    for place, own in enumerate((this, *rest)):
        low, high = interval(own, draws=boot, seed=seed)
        row = {"system": f"other {place}" if place else "this", "metric": metric}
        row |= {"value": own.value, "low": low, "high": high, "n": len(references)}
        if place:
            names = ("gain", "gain_low", "gain_high", "p")
            row |= zip(names, paired_difference(this, own, draws=boot, seed=seed), strict=True)
        rows.append(row)
    return Table(tuple(rows))
