"""The ways of one run with their costs, as one HTML file."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from calque.report.charts import bars, scatter
from calque.report.templates import template


def ways_page(rows: Sequence[dict[str, Any]], *, title: str, version: str, currency: str) -> str:
    """Draw what each way scores against what it costs; all text in the page is escaped.

    rows:     of `calque.ways`, at least one
    currency: of the costs
    """
    charts = {
        "bars": Markup(bars([_bar(row) for row in rows])),
        "develop": _chart(rows, "develop_cost", "front_develop", currency, "development"),
        "use": _chart(rows, "cost_per_1000", "front_use", currency, "a thousand answers"),
    }
    return template("ways.html").render(
        rows=rows, charts=charts, title=title, version=version, currency=currency
    )


def _bar(row: dict[str, Any]) -> tuple[str, float, float, float, bool]:
    best = row["front_develop"] and row["front_use"]
    return row["way"], row["value"], row["low"], row["high"], best


def _chart(
    rows: Sequence[dict[str, Any]], cost: str, front: str, currency: str, name: str
) -> Markup:
    """Scores against one of the costs; nothing where all is free, which has no place on the axis."""
    least = min((row[cost] for row in rows if row[cost] > 0), default=None)
    if least is None:
        return Markup("")
    points = [(row["way"], row[cost], row["value"], row[front]) for row in rows]
    return Markup(
        scatter(
            points,
            front=[row[front] for row in rows],
            unit=currency,
            least=least / 2,
            name=f"score against the cost of {name}",
        )
    )
