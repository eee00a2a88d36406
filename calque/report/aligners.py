"""Aligners beside each other, and how one gets better with more text, as one HTML file."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from calque.report.charts import bars, curve
from calque.report.templates import template


def aligners_page(
    aligners: Sequence[dict[str, Any]],
    sizes: Sequence[dict[str, Any]],
    *,
    title: str,
    version: str,
) -> str:
    """Draw the tables; all text in the page is escaped.

    aligners: rows with `aligner`, figures and interval; sizes: the same with `pairs`, or none
    """
    scored = [row for row in aligners if row["aer"] is not None]
    best = min((row["aer"] for row in scored), default=None)
    charts = {"bars": "", "curve": ""}
    if scored:
        charts["bars"] = Markup(bars([_bar(row, best) for row in scored], name="error rates"))
    points = [(row["pairs"], *_interval(row)) for row in sizes if row["aer"] is not None]
    if points:
        levels = [(row["aligner"], row["aer"]) for row in scored]
        charts["curve"] = Markup(curve(points, levels, name="error rate by pairs learned from"))
    return template("aligners.html").render(
        title=title, version=version, aligners=aligners, sizes=sizes, best=best, charts=charts
    )


def _bar(row: dict[str, Any], best: float | None) -> tuple[str, float, float, float, bool]:
    return (row["aligner"], *_interval(row), row["aer"] == best)


def _interval(row: dict[str, Any]) -> tuple[float, float, float]:
    return row["aer"], row["aer_low"], row["aer_high"]
