"""Scores side by side."""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.roles import part
from calque.values import Score, Table


@part
def listed(scores: Sequence[Score], names: Sequence[str]) -> Table:
    """Put scores into a table, one row each: name, metric, value, low, high, n.

    names: of what was scored, one for each, in order
    """
    if len(scores) != len(names):
        raise BadValue(f"evaluation.listed: {len(scores)} scores and {len(names)} names")
    return Table(
        tuple(
            {"name": name, "metric": score.metric, "value": score.value}
            | {"low": score.low, "high": score.high, "n": score.n}
            for name, score in zip(names, scores, strict=True)
        )
    )
