"""Languages in the states of models, with the borders between their classes, as one HTML file."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from calque.report.templates import template

_WIDE, _TALL = 460, 320
# one color for each class, told apart by the blind to red and green too; each has a letter beside it
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6d00", "#56b4e9")


@dataclass(frozen=True)
class Panel:
    """A source and a target in one plane.

    model:     whose states they are
    languages: source and target
    points:    of each, x, y and class
    lines:     borders of each, as x, y to x, y
    box:       least x and y, greatest x and y
    """

    model: str
    languages: tuple[str, str]
    points: tuple[Sequence[tuple[float, float, int]], Sequence[tuple[float, float, int]]]
    lines: tuple[Sequence[tuple[float, ...]], Sequence[tuple[float, ...]]]
    box: tuple[float, ...]


def borders_page(
    panels: Sequence[Panel],
    classes: Sequence[str],
    tables: dict[str, list[dict[str, Any]]],
    *,
    title: str,
    version: str,
) -> str:
    """Draw the panels, those of one target side by side; all text in the page is escaped.

    classes: names, at most six
    tables:  measures of each model, with `language`, `states`, `own`, `source`, `agree`, `cosine` and `apart`
    """
    targets = list(dict.fromkeys(panel.languages[1] for panel in panels))
    grouped = [
        (target, [(p.model, Markup(_picture(p))) for p in panels if p.languages[1] == target])
        for target in targets
    ]
    legend = list(zip(classes, COLORS, strict=False))
    source = panels[0].languages[0]
    return template("borders.html").render(
        title=title, version=version, grouped=grouped, legend=legend, tables=tables, source=source
    )


def _picture(panel: Panel) -> str:
    """Crosses of the source and rings of the target; the source's borders whole, the target's broken."""
    left, top, right, bottom = panel.box

    def at(x: float, y: float) -> tuple[float, float]:
        return _WIDE * (x - left) / (right - left), _TALL * (1 - (y - top) / (bottom - top))

    label = f"{panel.model}: {panel.languages[0]} and {panel.languages[1]}"
    parts = [
        f'<svg viewBox="0 0 {_WIDE} {_TALL}" role="img" aria-label="{escape(label)}">'
        f'<rect class="frame" x="0.5" y="0.5" width="{_WIDE - 1}" height="{_TALL - 1}"/>'
    ]
    for number, own in enumerate(panel.points):
        for x, y, of in own:
            across, down = at(x, y)
            if not (0 <= across <= _WIDE and 0 <= down <= _TALL):
                continue
            if number:
                parts.append(
                    f'<circle class="ring c{of}" cx="{across:.1f}" cy="{down:.1f}" r="4"/>'
                )
            else:
                parts.append(f'<path class="cross c{of}" d="M{across - 3:.1f} {down - 3:.1f}l6 6m0 -6l-6 6"/>')  # fmt: skip
    for kind, own in zip(("source", "target"), panel.lines, strict=True):
        ends = [(*at(line[0], line[1]), *at(line[2], line[3])) for line in own]
        path = "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for a, b, c, d in ends)
        if path:
            parts.append(f'<path class="border {kind}" d="{path}"/>')
    return "".join([*parts, "</svg>"])
