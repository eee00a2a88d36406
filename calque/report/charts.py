"""Charts as SVG text that follows the page's colors: the numbers are in the table beside them."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, inf, log10

_WIDTH = 640


def bars(
    rows: Sequence[tuple[str, float, float, float, bool]],
    *,
    goal: float | None = None,
    name: str = "scores with intervals",
) -> str:
    """Horizontal bars with intervals.

    rows: name, value, low and high in [0, 1], and whether the bar is the chosen one
    goal: a vertical line, for example the score in the source language
    name: what is read out in place of the picture
    """
    left, right, step = 190, 60, 34
    scale = _WIDTH - left - right
    height = step * len(rows) + 24
    parts = [_open(height, name)]
    for tick in range(0, 101, 20):
        x = left + scale * tick / 100
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 20}"/>')
        parts.append(_text(x, height - 6, str(tick), "middle", "tick"))
    if goal is not None:
        x = left + scale * goal
        parts.append(f'<line class="goal" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 20}"/>')
    for k, (row, value, low, high, chosen) in enumerate(rows):
        y = step * k + 6
        kind = "bar chosen" if chosen else "bar"
        parts.append(_text(left - 8, y + 16, row, "end", "name"))
        parts.append(
            f'<rect class="{kind}" x="{left}" y="{y}" width="{scale * value:.1f}" height="22" rx="3"/>'
        )
        middle, start, end = y + 11, left + scale * low, left + scale * high
        parts.append(
            f'<path class="interval" d="M{start:.1f} {middle - 5}v10m0 -5H{end:.1f}m0 -5v10"/>'
        )
        parts.append(_text(max(end, left + scale * value) + 6, y + 16, f"{100 * value:.1f}"))
    return "".join([*parts, "</svg>"])


def scatter(
    points: Sequence[tuple[str, float, float, bool]],
    *,
    front: Sequence[bool] = (),
    unit: str = "s",
    least: float = 0.1,
    name: str = "score against seconds",
) -> str:
    """Score against cost, the cost on a logarithmic axis.

    points: name, cost, value in [0, 1], and whether it is the chosen one
    front:  whether each is one that a line runs through, as steps from cheap to dear
    unit:   of the cost; what costs less than `least` stands there, as nothing has no place on the axis
    name:   what is read out in place of the picture
    """
    left, right, top, bottom = 46, 150, 12, 34
    height = 300
    width, tall = _WIDTH - left - right, height - top - bottom
    logs = [log10(max(cost, least)) for _, cost, _, _ in points]
    first, last = min(logs) - 0.15, max(logs) + 0.15
    values = [value for _, _, value, _ in points]
    low, high = max(0.0, min(values) - 0.08), min(1.0, max(values) + 0.08)
    parts = [_open(height, name)]
    for tick in range(6):
        share = low + (high - low) * tick / 5
        y = top + tall * (1 - tick / 5)
        parts.append(
            f'<line class="grid" x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(_text(left - 6, y + 4, f"{100 * share:.0f}", "end", "tick"))
    for power in range(floor(first), ceil(last) + 1):
        for digit in (1, 2, 5):
            place = log10(digit * 10.0**power)
            if first <= place <= last:
                x = left + width * (place - first) / (last - first)
                parts.append(
                    _text(x, height - 14, f"{digit * 10.0**power:g} {unit}", "middle", "tick")
                )
    dots = [
        (
            left + width * (place - first) / (last - first),
            top + tall * (1 - (value - low) / (high - low)),
        )
        for (_, _, value, _), place in zip(points, logs, strict=True)
    ]
    steps = sorted(
        dot for dot, best in zip(dots, front or [False] * len(dots), strict=True) if best
    )
    if len(steps) > 1:
        way = "".join(f"H{x:.1f}V{y:.1f}" for x, y in steps[1:])
        parts.append(f'<path class="interval" d="M{steps[0][0]:.1f} {steps[0][1]:.1f}{way}"/>')
    taken = [(x - 6, x + 6, y) for x, y in dots]
    for (label, _, _, chosen), (x, y) in zip(points, dots, strict=True):
        kind = "dot chosen" if chosen else "dot"
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        start, end, line = _beside(x, y, 7.2 * len(label), taken, left)
        taken.append((start, end, line))
        near, anchor = (start, "start") if start > x else (end, "end")
        if line != y:  # a thread says whose label it is
            parts.append(f'<path class="thread" d="M{x:.1f} {y:.1f}L{near:.1f} {line:.1f}"/>')
        parts.append(_text(near, line + 4, label, anchor, "name"))
    return "".join([*parts, "</svg>"])


def _beside(
    x: float, y: float, size: float, taken: Sequence[tuple[float, float, float]], left: float
) -> tuple[float, float, float]:
    """Where a dot's label stands, from, to and at what height: the nearest place that no dot and no other label has."""
    for step in range(2 * len(taken) + 1):  # each that is taken is in the way of two lines at most
        line = y + 13 * (step // 2 + step % 2) * (-1) ** step
        for start in (x + 10, x - 10 - size):
            clash = any(start < to and at < start + size and abs(line - other) < 13 for at, to, other in taken)  # fmt: skip
            if start >= left and not clash:
                return start, start + size, line
    raise AssertionError("some line is free")


def curve(
    points: Sequence[tuple[float, float, float, float]],
    levels: Sequence[tuple[str, float]] = (),
    *,
    name: str,
) -> str:
    """A line with the band of its intervals over a logarithmic axis, and dashed levels across.

    points: place above 0, value, low and high in [0, 1], ascending; levels: name and value
    name:   what is read out in place of the picture
    """
    left, right, top, bottom = 46, 150, 12, 34
    height = 320
    width, tall = _WIDTH - left - right, height - top - bottom
    logs = [log10(place) for place, *_ in points]
    first, last = min(logs) - 0.1, max(logs) + 0.1
    most = max([high for *_, high in points] + [value for _, value in levels])
    upper = max(0.1, min(1.0, 0.1 * ceil(10 * most - 1e-9)))
    xs = [left + width * (place - first) / (last - first) for place in logs]

    def y(share: float) -> float:
        return top + tall * (1 - share / upper)

    parts = [_open(height, name)]
    for tick in range(6):
        share = upper * tick / 5
        parts.append(_line("grid", left, left + width, y(share)))
        parts.append(_text(left - 6, y(share) + 4, f"{100 * share:.0f}", "end", "tick"))
    edge = [f"{x:.1f} {y(point[3]):.1f}" for x, point in zip(xs, points, strict=True)]
    edge += [f"{x:.1f} {y(point[2]):.1f}" for x, point in zip(xs[::-1], points[::-1], strict=True)]
    parts.append(f'<path class="band" d="M{"L".join(edge)}Z"/>')
    line = "L".join(f"{x:.1f} {y(point[1]):.1f}" for x, point in zip(xs, points, strict=True))
    parts.append(f'<path class="line" d="M{line}"/>')
    for x, (place, value, _, _) in zip(xs, points, strict=True):
        parts.append(f'<circle class="dot chosen" cx="{x:.1f}" cy="{y(value):.1f}" r="4"/>')
        parts.append(_text(x, height - 14, f"{place:,g}", "middle", "tick"))
    text = -inf
    for label, value in sorted(levels, key=lambda level: -level[1]):
        text = max(text + 13, y(value) + 4)  # labels of near levels stand below each other
        parts.append(_line("goal", left, left + width, y(value)))
        parts.append(_text(left + width + 6, text, label, "start", "name"))
    return "".join([*parts, "</svg>"])


def _line(kind: str, start: float, end: float, y: float) -> str:
    return f'<line class="{kind}" x1="{start}" x2="{end}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _open(height: float, label: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "value") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )
