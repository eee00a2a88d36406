"""Charts as SVG text that follows the page's colors: the numbers are in the table beside them."""

from collections.abc import Sequence
from html import escape
from math import log10

_WIDTH = 640


def bars(
    rows: Sequence[tuple[str, float, float, float, bool]], *, goal: float | None = None
) -> str:
    """Horizontal bars with intervals.

    rows: name, value, low and high in [0, 1], and whether the bar is the chosen one
    goal: a vertical line, for example the score in the source language
    """
    left, right, step = 190, 60, 34
    scale = _WIDTH - left - right
    height = step * len(rows) + 24
    parts = [_open(height, "scores with intervals")]
    for tick in range(0, 101, 20):
        x = left + scale * tick / 100
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 20}"/>')
        parts.append(_text(x, height - 6, str(tick), "middle", "tick"))
    for k, (name, value, low, high, chosen) in enumerate(rows):
        y = step * k + 6
        kind = "bar chosen" if chosen else "bar"
        parts.append(_text(left - 8, y + 16, name, "end", "name"))
        parts.append(
            f'<rect class="{kind}" x="{left}" y="{y}" width="{scale * value:.1f}" height="22" rx="3"/>'
        )
        middle, start, end = y + 11, left + scale * low, left + scale * high
        parts.append(
            f'<path class="interval" d="M{start:.1f} {middle - 5}v10m0 -5H{end:.1f}m0 -5v10"/>'
        )
        parts.append(_text(max(end, left + scale * value) + 6, y + 16, f"{100 * value:.1f}"))
    if goal is not None:
        x = left + scale * goal
        parts.append(f'<line class="goal" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 20}"/>')
    return "".join([*parts, "</svg>"])


def scatter(points: Sequence[tuple[str, float, float, bool]]) -> str:
    """Score against cost, the cost on a logarithmic axis.

    points: name, seconds above 0, value in [0, 1], and whether it is the chosen one
    """
    left, right, top, bottom = 46, 150, 12, 34
    height = 300
    width, tall = _WIDTH - left - right, height - top - bottom
    logs = [log10(max(seconds, 0.1)) for _, seconds, _, _ in points]
    first, last = min(logs) - 0.15, max(logs) + 0.15
    values = [value for _, _, value, _ in points]
    low, high = max(0.0, min(values) - 0.08), min(1.0, max(values) + 0.08)
    parts = [_open(height, "score against seconds")]
    for tick in range(6):
        share = low + (high - low) * tick / 5
        y = top + tall * (1 - tick / 5)
        parts.append(
            f'<line class="grid" x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(_text(left - 6, y + 4, f"{100 * share:.0f}", "end", "tick"))
    for power in range(-1, 6):
        for digit in (1, 2, 5):
            place = log10(digit * 10.0**power)
            if first <= place <= last:
                x = left + width * (place - first) / (last - first)
                parts.append(_text(x, height - 14, f"{digit * 10.0**power:g} s", "middle", "tick"))
    taken: list[tuple[float, float]] = []
    for (name, _, value, chosen), place in zip(points, logs, strict=True):
        x = left + width * (place - first) / (last - first)
        y = top + tall * (1 - (value - low) / (high - low))
        parts.append(
            f'<circle class="{"dot chosen" if chosen else "dot"}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
        )
        text = y + 4
        while any(abs(text - other) < 13 and abs(x - beside) < 150 for beside, other in taken):
            text += 13  # labels of near points stand below each other
        taken.append((x, text))
        parts.append(_text(x + 10, text, name, "start", "name"))
    return "".join([*parts, "</svg>"])


def _open(height: float, label: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "value") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )
