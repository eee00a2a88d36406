"""The report of a transfer as one HTML file."""

from typing import Any

from markupsafe import Markup

from calque.report.charts import bars, scatter
from calque.report.templates import template

_LEVELS = {
    "T0": "source labels only",
    "T1": "source labels and target text",
    "T2": "source labels and parallel text",
    "T3": "as T2 or less, and a few target training labels",
    "T4": "target development labels chose the strategy",
}


def page(facts: dict[str, Any]) -> str:
    """Render what a transfer found; all text in it is escaped.

    facts: the content of scores.json (`calque.findings`)
    """
    metric = facts["metric"]
    scored = [row for row in facts["strategies"] if row["scores"]]
    shown = sorted(scored, key=lambda row: -row["scores"][metric]["value"])
    charts = {"bars": "", "scatter": ""}
    if shown:
        charts["bars"] = Markup(
            bars([_bar(row, metric) for row in shown], goal=facts["source_dev"])
        )
        charts["scatter"] = Markup(
            scatter(
                [
                    (row["strategy"], row["seconds"], row["scores"][metric]["value"], row["chosen"])
                    for row in shown
                ],
                front=[row.get("front", False) for row in shown],
            )
        )
    heat = _heat(facts["confusion"])
    return template("page.html").render(
        facts=facts,
        charts=charts,
        heat=heat,
        levels=_LEVELS,
        signals=_signals(facts),
        vocabularies=_vocabularies(facts),
    )


def _bar(row: dict[str, Any], metric: str) -> tuple[str, float, float, float, bool]:
    score = row["scores"][metric]
    return row["strategy"], score["value"], score["low"], score["high"], row["chosen"]


def _vocabularies(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """How each vocabulary cuts each language: first that of the source model, then every other."""
    groups: list[dict[str, Any]] = []
    for strategy in facts["strategies"]:
        for when in ("before", "after"):
            rows = [{"name": one["name"], **one[when]} for one in strategy["reading"]]
            known: dict[str, Any] | None = next(
                (own for own in groups if own["rows"] == rows), None
            )
            if known is None:
                known = {"when": when, "of": [], "rows": rows}
                groups.append(known)
            if when == "after":
                known["of"].append(strategy["strategy"])
    return groups


def _signals(facts: dict[str, Any]) -> list[str]:
    return list(facts["strategies"][0]["signals"]) if facts["strategies"] else []


def _heat(confusion: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Rows of the confusion matrix with each cell's share of its row."""
    rows = []
    for label, counts in zip(
        (confusion or {}).get("labels", []), (confusion or {}).get("counts", []), strict=True
    ):
        total = sum(counts) or 1
        rows.append({"label": label, "cells": [(count, count / total) for count in counts]})
    return rows
