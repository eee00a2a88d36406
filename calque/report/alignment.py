"""Sentence pairs with their word links, predicted beside gold, as one HTML file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from calque.report.link_charts import Link, Side, curves, grid, sample
from calque.report.templates import template

_NAMES = {
    "agree": "predicted and gold",
    "extra": "predicted, not gold",
    "missed": "sure gold, not predicted",
    "open": "possible gold, not predicted (no error)",
    "made": "predicted",
}
_LEGEND = (("agree", True), ("agree", False), ("missed", True), ("extra", True), ("open", False))


@dataclass(frozen=True)
class DrawnPair:
    """A sentence pair to draw.

    number: its place in the bitext, from 1
    links:  predicted and gold ones, each once
    aer:    its own error rate; None without gold, and where nothing is linked
    heat:   [m, n] scores of all word pairs, or None
    backward: whether its source runs from right to left, and its target
    """

    number: int
    source: Sequence[str]
    target: Sequence[str]
    links: Sequence[Link]
    aer: float | None = None
    heat: np.ndarray | None = None
    backward: tuple[bool, bool] = (False, False)


def alignment_page(
    pairs: Sequence[DrawnPair],
    *,
    title: str,
    count: int,
    version: str,
    languages: str = "",
    totals: dict[str, Any] | None = None,
) -> str:
    """Draw the pairs; all text in the page is escaped.

    count:    of all pairs, the ones not drawn included
    totals:   figures over all pairs; None where there is no gold
    """
    legend = [
        (
            Markup(sample(kind, sure=sure)),
            _NAMES[kind] + ("" if sure or kind == "open" else ", possible only"),
        )
        for kind, sure in (_LEGEND if totals else (("made", True),))
    ]
    return template("alignment.html").render(
        title=title,
        version=version,
        languages=languages,
        count=count,
        scored=totals is not None,
        totals=totals,
        legend=legend,
        pairs=[_drawn(pair) for pair in pairs],
    )


def _drawn(pair: DrawnPair) -> dict[str, Any]:
    source, target = Side(pair.source, pair.backward[0]), Side(pair.target, pair.backward[1])
    counts = {kind: 0 for kind in _NAMES} | Counter(link.kind for link in pair.links)
    told = ", ".join(f"{counts[kind]} {_NAMES[kind]}" for kind in _NAMES if counts[kind])
    label = f"pair {pair.number}: {told or 'no links'}"
    start = " ".join(pair.source[:12])
    return {
        "number": pair.number,
        "backward": all(pair.backward),
        "aer": pair.aer,
        "counts": counts,
        "start": start[:80] + ("…" if len(pair.source) > 12 or len(start) > 80 else ""),
        "heat": pair.heat is not None,
        "curves": Markup(curves(source, target, pair.links, label)),
        "grid": Markup(grid(source, target, pair.links, label, pair.heat)),
        "list": [
            (_NAMES[kind], items)
            for kind in _NAMES
            if (
                items := [
                    (pair.source[link.i], pair.target[link.j])
                    for link in pair.links
                    if link.kind == kind
                ]
            )
        ],
    }
