"""Figures of word links for each sentence pair."""

from collections.abc import Sequence

from calque.evaluation.against_gold import against_gold, figures
from calque.roles import part
from calque.values import Links, Table


@part
def links_by_pair(predictions: Sequence[Links], references: Sequence[Links]) -> Table:
    """Tabulate AER, precision, recall and F1 of each sentence pair, to find where an aligner fails.

    The corpus has no mean of these as its figure: sums come first there. Columns: `pair` from 1, words
    on either side, |A|, |S|, |A∩S|, |A∩P|, the figures; None where there is nothing to divide by.

    predictions, references: links of the same sentence pairs; `sure` matters in the references alone
    """
    counts = against_gold(predictions, references).counts()[:, 0]
    return Table(
        tuple(
            {"pair": place, "source_words": one.size[0], "target_words": one.size[1]}
            | figures(sums)
            for place, (one, sums) in enumerate(zip(references, counts, strict=True), start=1)
        )
    )
