"""Attachment scores of parses with a bootstrap interval over sentences.

Source: Buchholz & Marsi 2006, "CoNLL-X shared task", https://aclanthology.org/W06-2920; what counts: Zeman
et al. 2018, "CoNLL 2018 Shared Task", section 4, https://aclanthology.org/K18-2001
"""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.maths.bootstrap import interval
from calque.maths.counts import attached
from calque.roles import metric
from calque.values import Labelled, Score


@metric(paper="zeman-etal-2018-conll")
def attachment(
    predictions: Sequence[Sequence[str]],
    references: Sequence[Sequence[str]],
    *,
    relations: bool = True,
    subtypes: bool = False,
    boot: int = 1000,
    seed: int = 0,
) -> Score:
    """Share of words with the right head and relation (LAS), or with the right head (UAS).

    Every word counts, punctuation too, as in UD's evaluation.

    predictions, references: per sentence the head and relation of each word, as "2:nsubj"
    relations: False gives UAS
    subtypes:  whether "2:nmod:poss" is another thing than "2:nmod"; in UD's evaluation it is not
    boot: number of bootstrap draws over sentences for the 95 % percentile interval
    """
    for name, given in (("predictions", predictions), ("references", references)):
        if isinstance(given, Labelled):
            raise BadValue(
                f"evaluation.attachment: {name} are examples; give their heads and relations (data.labels)"
            )
    if len(predictions) != len(references):
        raise BadValue(
            f"evaluation.attachment: {len(predictions)} predictions for {len(references)} sentences"
        )
    for row, (one, right) in enumerate(zip(predictions, references, strict=True)):
        if len(one) != len(right):
            raise BadValue(
                f"evaluation.attachment: sentence {row} has {len(right)} words and {len(one)} predictions"
            )
    kept = 1 if not relations else None if subtypes else 2
    statistics = attached(predictions, references, kept)
    low, high = interval(statistics, draws=boot, seed=seed)
    conditions = {"boot": boot, "seed": seed} | ({"subtypes": True} if subtypes else {})
    name = "las" if relations else "uas"
    return Score(name, statistics.value, low, high, len(references), conditions)
