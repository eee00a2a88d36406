"""How far a task reaches from models that were pretrained on one text each.

Source: Abonizio et al. 2022, "MonoByte", https://aclanthology.org/2022.coling-1.309
"""

from collections.abc import Collection, Sequence
from statistics import mean

from calque.errors import BadValue
from calque.roles import part
from calque.values import Score, Table

KINDS = ("random", "artificial", "natural")


@part(paper="monobyte")
def transferred(
    scores: Sequence[Sequence[Score]],
    random: Sequence[Score],
    names: Sequence[str],
    languages: Sequence[str],
    *,
    artificial: Collection[str] = (),
) -> Table:
    """Put the scores of models beside those of each kind of control.

    scores:     for each language of the tests, the score of each pretrained model
    random:     for each language of the tests, the score of the model that was pretrained on nothing
    names:      what each model was pretrained on
    languages:  of the tests, that of the task's labels first
    artificial: which of the names are no languages

    One row for each model and language of the tests: pretrained ("nothing" for the random one), kind, test,
    score, low, high, n, and over_random, over_artificial and over_natural, by how much the score is higher
    than the mean of all models of that kind; None where there are none.
    """
    _check(scores, random, names, languages, artificial)
    kinds = ["random", *("artificial" if name in artificial else "natural" for name in names)]
    rows = []
    for language, control, found in zip(languages, random, scores, strict=True):
        all_scores = [control, *found]
        means = {
            kind: mean(
                score.value for score, own in zip(all_scores, kinds, strict=True) if own == kind
            )
            for kind in KINDS
            if kind in kinds
        }
        for name, kind, score in zip(["nothing", *names], kinds, all_scores, strict=True):
            row = {"pretrained": name, "kind": kind, "test": language, "score": score.value}
            row |= {"low": score.low, "high": score.high, "n": score.n}
            over = {k: score.value - means[k] if k in means else None for k in KINDS}
            rows.append(row | {f"over_{k}": value for k, value in over.items()})
    return Table(tuple(rows))


def _check(scores, random, names, languages, artificial) -> None:
    if not len(scores) == len(random) == len(languages) or not languages:
        raise BadValue(
            f"evaluation.transferred: scores of {len(scores)} and random of {len(random)} languages for "
            f"{len(languages)} names of languages; one for each, at least one"
        )
    for language, found in zip(languages, scores, strict=True):
        if len(found) != len(names):
            raise BadValue(
                f"evaluation.transferred: {len(found)} scores in {language} for {len(names)} models"
            )
    unknown = sorted(set(artificial) - set(names))
    if unknown:
        raise BadValue(
            f"evaluation.transferred: artificial names '{unknown[0]}', which no model bears; "
            f"there are: {', '.join(names)}"
        )
