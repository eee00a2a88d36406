"""A system beside others on one test set.

Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation" (interval);
Noreen 1989, "Computer-Intensive Methods for Testing Hypotheses" (approximate randomization)
"""

from collections.abc import Callable, Sequence
from itertools import chain

from calque.errors import BadSetting, BadValue
from calque.maths import counts
from calque.maths.bootstrap import Statistics, interval, paired_difference
from calque.roles import part
from calque.values import Table

_WHERE = "evaluation.beside"
_COUNTS: dict[str, Callable[..., Statistics]] = {
    "accuracy": counts.hits,
    "span_f1": counts.span_f1,
    "macro_f1": counts.class_f1,
}


@part(paper="koehn-2004-statistical")
def beside(
    predictions: Sequence,
    others: list[Sequence],
    references: Sequence,
    *,
    metric: str = "accuracy",
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate what a system and others score, and how much better it is than each.

    Columns: system ("this", "other 1" …), metric, value, low, high, n; of the others gain (this - other), gain_low,
    gain_high, p.

    predictions, others: of each system, one label or list of tags per example
    references: gold
    metric: accuracy, span_f1 or macro_f1
    boot:   number of bootstrap draws for the intervals and of random swaps for p
    """
    if metric not in _COUNTS:
        raise BadSetting(f"{_WHERE}: no metric '{metric}'; there are: {', '.join(_COUNTS)}")
    if not len(references):
        raise BadValue(f"{_WHERE}: no examples to compare on")
    systems = (predictions, *others)
    also = {"also": [*chain(*systems)]} if metric == "macro_f1" else {}
    this, *rest = (_COUNTS[metric](made, references, **also) for made in systems)
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
