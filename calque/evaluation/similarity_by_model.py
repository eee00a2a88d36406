"""How well several models tell translations from other sentences, beside what they do with it.

Source: Liu et al. 2025, "How Transliterations Improve Crosslingual Alignment", sections 4 and 5,
https://arxiv.org/abs/2409.17326
"""

from collections.abc import Sequence
from typing import Any

from calque.errors import BadValue
from calque.roles import part
from calque.values import Score, Table

_NEEDED = ("layer", "form", "pairs", "value")


@part(paper="liu-etal-2025-transliterations")
def similarity_by_model(
    similarities: Sequence[Table],
    downstream: Sequence[Score] | None = None,
    *,
    names: Sequence[str],
) -> Table:
    """Set the similarities of several models side by side, a row per model and layer.

    similarities: of each model what `models.similarity_layers` says of the same sentences
    downstream:   of each model a score, for example of retrieval or of a transferred task; all of one
                  metric. It is repeated in each row of the model
    names:        of the models, in this order

    Returns, for each form there is, `<form>_matched`, `<form>_random` and `<form>_gap`, the first
    less the second: what similarity says of meaning. Higher similarity with the same gap says
    that all sentences moved together.
    """
    where = "evaluation.similarity_by_model"
    scores = [None] * len(similarities) if downstream is None else list(downstream)
    if not len(names) == len(similarities) == len(scores) or len(set(names)) < len(names):
        raise BadValue(
            f"{where}: needs a name of its own, a table and a score for each model; got "
            f"{len(names)} names, {len(similarities)} tables and {len(scores)} scores"
        )
    if len({score.metric for score in scores if score}) > 1:
        raise BadValue(f"{where}: the scores are of several metrics; compare one at a time")
    rows = []
    for name, table, score in zip(names, similarities, scores, strict=True):
        missing = [column for column in _NEEDED if column not in table.columns]
        if missing or not len(table):
            raise BadValue(f"{where}: the table of {name} has no {', '.join(missing) or 'rows'}")
        layers: dict[int, dict[str, Any]] = {}
        for row in table:
            own = layers.setdefault(row["layer"], {"model": name, "layer": row["layer"]})
            own[f"{row['form']}_{row['pairs']}"] = row["value"]
        rows += [_with_gaps(own) | _told(score) for own in layers.values()]
    return Table(tuple(rows))


def _with_gaps(row: dict[str, Any]) -> dict[str, Any]:
    forms = [name.removesuffix("_matched") for name in row if name.endswith("_matched")]
    gaps = {
        f"{form}_gap": row[f"{form}_matched"] - row[f"{form}_random"]
        for form in forms
        if f"{form}_random" in row
    }
    return row | gaps


def _told(score: Score | None) -> dict[str, Any]:
    if score is None:
        return {}
    ends = {f"{score.metric}_low": score.low, f"{score.metric}_high": score.high}
    return {score.metric: score.value} | ends
