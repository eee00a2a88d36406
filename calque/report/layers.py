"""What two experts changed in each layer, as one HTML file."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from calque.report.charts import bars
from calque.report.templates import template


def layers_page(rows: Sequence[dict[str, Any]], *, title: str, version: str) -> str:
    """Draw the layers; all text in the page is escaped.

    rows: with `layer`, `task`, `language`, `share` and `source`
    """
    bar = [
        (
            f"layer {row['layer']} ({row['source']})",
            *[row["share"]] * 3,
            row["source"] == "language",
        )
        for row in rows
    ]
    chart = Markup(bars(bar, goal=0.5, name="the language's share of the changes by layer"))
    return template("layers.html").render(title=title, version=version, rows=rows, chart=chart)
