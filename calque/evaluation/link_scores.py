"""Every figure of word links at once.

Source: Och & Ney 2003, "A Systematic Comparison of Various Statistical Alignment Models", section 5,
https://aclanthology.org/J03-1002
"""

from collections.abc import Sequence

from calque.evaluation.against_gold import against_gold, figures
from calque.maths.bootstrap import Statistics, interval
from calque.maths.link_counts import COUNTED, FIGURES
from calque.roles import part
from calque.values import Links, Table


@part(paper="och-ney-2003-systematic")
def link_scores(
    predictions: Sequence[Links], references: Sequence[Links], *, boot: int = 1000, seed: int = 0
) -> Table:
    """Tabulate AER, precision, recall and F1 of word links with the counts that they come from.

    A row per figure: value, low and high (None where there is nothing to divide by), number of
    sentence pairs, predicted links |A|, sure links |S|, |A∩S| and |A∩P|.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    boot: number of bootstrap draws over sentence pairs for the 95 % percentile intervals
    """
    counts = against_gold(predictions, references).counts()[:, 0]
    found = figures(counts.sum(axis=0))
    rows = []
    for name, figure in FIGURES.items():
        low = high = None
        if found[name] is not None:
            low, high = interval(Statistics(counts, figure), draws=boot, seed=seed)
        row = {"metric": name, "value": found[name], "low": low, "high": high, "n": len(counts)}
        rows.append(row | {name: found[name] for name in COUNTED})
    return Table(tuple(rows))
