"""Figures of several aligners on the same gold links, side by side."""

from collections.abc import Mapping, Sequence

from calque.errors import BadValue
from calque.evaluation.against_gold import against_gold, grouped
from calque.roles import part
from calque.values import Links, Table


@part
def links_by_aligner(
    predictions: Mapping[str, Sequence[Links]],
    references: Sequence[Links],
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate AER, precision, recall and F1 of each aligner on the same sentence pairs.

    Every interval is drawn from the same samples of sentence pairs; intervals that overlap may still
    hide a difference, which `evaluation.paired_links` tests.

    predictions: per name of an aligner its links, one per sentence pair
    references:  gold links of the same pairs; `sure` matters in these alone
    boot:        number of bootstrap draws over sentence pairs for the 95 % interval of AER

    Returns a row per aligner, in the order given: `aligner`, number of pairs `n`, predicted links |A|, sure
    links |S|, |A∩S|, |A∩P| and the figures; None where there is nothing to divide by.
    """
    if not predictions:
        raise BadValue("evaluation.links_by_aligner: no predictions; it needs links of an aligner")
    rows = []
    for name, links in predictions.items():
        try:
            compared = against_gold(links, references)
        except BadValue as error:
            raise BadValue(f"evaluation.links_by_aligner: {name}: {error}") from error
        everything = compared.pair * 0
        (row,) = grouped(compared, everything, [name], "aligner", boot, seed)
        rows.append({"aligner": name, "n": compared.n} | row)
    return Table(tuple(rows))
