"""Span F1 with a bootstrap interval."""

from collections.abc import Sequence

from calque.maths.bootstrap import interval
from calque.maths.counts import span_f1 as count
from calque.roles import metric
from calque.values import Score


@metric(paper="tjong-kim-sang-de-meulder-2003-conll")
def span_f1(
    predictions: Sequence[Sequence[str]],
    references: Sequence[Sequence[str]],
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Micro F1 of labelled spans in IOB2 tags: type and both borders must be right.

    Counts as conlleval and seqeval do: an I- that follows no span of its type begins one.

    predictions, references: one list of tags per sentence
    boot: number of bootstrap draws over sentences for the 95 % percentile interval
    """
    statistics = count(predictions, references)
    low, high = interval(statistics, draws=boot, seed=seed)
    return Score(
        "span_f1", statistics.value, low, high, len(references), {"boot": boot, "seed": seed}
    )
