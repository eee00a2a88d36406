"""Word links as SVG: words of the source above those of the target with curves between, and a grid.

Kinds of links: "agree" (predicted and gold), "extra" (predicted, not gold), "missed" (sure gold, not
predicted), "open" (possible gold, not predicted: no error), "made" (predicted, no gold given). Each
has its own line and its own mark beside its color.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

KINDS = ("open", "agree", "made", "extra", "missed")  # drawn in this order, errors on top
_LONGEST = 40  # characters of a word that are shown
# Tamil to Sinhala, Burmese, Ethiopic, Khmer: wider letters than most, measured in Noto Sans
_BROAD = (("\u0b80", "\u0dff"), ("\u1000", "\u109f"), ("\u1200", "\u137f"), ("\u1780", "\u17ff"))
_GAP, _CELL, _LABEL = 14, 22, 170


@dataclass(frozen=True)
class Link:
    """A link to draw: word i of the source, word j of the target.

    sure: False where the gold has it as possible only
    tip:  what is said of it when it is pointed at
    """

    i: int
    j: int
    kind: str
    sure: bool = True
    tip: str = ""


@dataclass(frozen=True)
class Side:
    """The words of one side, and whether they run from right to left."""

    words: Sequence[str]
    backward: bool = False


def curves(source: Side, target: Side, links: Sequence[Link], label: str) -> str:
    """Both sentences as lines of words with a curve per link; as wide as the longer one needs."""
    boxes = [[width(word) for word in side.words] for side in (source, target)]
    lengths = [sum(row) + _GAP * len(row) for row in boxes]
    total = max(*lengths, 60)
    crossing = source.backward != target.backward  # most curves cross, so they need room
    tops, middles = (
        (34, 34 + min(260 if crossing else 190, 84 + total // (10 if crossing else 16))),
        [],
    )
    linked = [{link.i for link in links}, {link.j for link in links}]
    parts = [_open(total, tops[1] + 34, label, "curves")]
    for k, (side, row) in enumerate(zip((source, target), boxes, strict=True)):
        places = _places(row, total, side.backward)
        middles.append(places)
        y = 22 if k == 0 else tops[1] + 22
        for place, word in enumerate(side.words):
            kind = "w" if place in linked[k] else "w null"
            parts.append(_word(places[place], y, word, kind, side.backward))
    for link in _ordered(links):
        (x, y), (to, end) = (middles[0][link.i], tops[0]), (middles[1][link.j], tops[1])
        bend = (end - y) * 0.36  # less than half: curves that cross do not run in one bundle
        at = (0.38, 0.5, 0.62)[(link.i + link.j) % 3]  # marks of neighbors do not hide each other
        tip = f"<title>{escape(link.tip)}</title>" if link.tip else ""
        parts.append(
            f'<g class="{_kind(link)}">{tip}'
            f'<path d="M{x:.0f} {y}C{x:.0f} {y + bend:.0f} {to:.0f} {end - bend:.0f} {to:.0f} {end}"/>'
            f"{_on_line(link.kind, *_point((x, y), (to, end), bend, at))}</g>"
        )
    return "".join([*parts, "</svg>"])


def grid(
    source: Side, target: Side, links: Sequence[Link], label: str, heat: np.ndarray | None = None
) -> str:
    """A row per source word, a column per target word; marks where words are linked.

    heat: [m, n]  shades the cells, the darkest for the highest number; equal numbers shade nothing
    """
    m, n = len(source.words), len(target.words)
    left, top = (
        min(_LABEL, max([width(word) for word in side.words], default=0)) + 10
        for side in (source, target)
    )
    across, down = _CELL * n, _CELL * m
    parts = [_open(left + across + 6, top + down + 6, label, "cells")]
    column = [n - 1 - j if target.backward else j for j in range(n)]
    if heat is not None:
        parts += _shades(heat, column, left, top)
    lines = "".join(f"M{left} {top + _CELL * k}h{across}" for k in range(m + 1))
    lines += "".join(f"M{left + _CELL * k} {top}v{down}" for k in range(n + 1))
    parts.append(f'<path class="grid" d="{lines}"/>')
    for i, word in enumerate(source.words):
        text = _text(word, _fit(left), source.backward)
        y = top + _CELL * i + 16
        anchor = "start" if source.backward else "end"  # "start" of a word that runs backward
        parts.append(f'<text class="w" x="{left - 6}" y="{y}" text-anchor="{anchor}"{text}</text>')
    for j, word in enumerate(target.words):
        x = left + _CELL * column[j] + 16
        anchor = "end" if target.backward else "start"
        text = _text(word, _fit(top), target.backward)
        parts.append(
            f'<text class="w" transform="translate({x} {top - 6}) rotate(-90)" '
            f'text-anchor="{anchor}"{text}</text>'
        )
    for link in _ordered(links):
        x, y = left + _CELL * column[link.j] + _CELL // 2, top + _CELL * link.i + _CELL // 2
        tip = f"<title>{escape(link.tip)}</title>" if link.tip else ""
        parts.append(f'<g class="{_kind(link)}">{tip}{_in_cell(link, x, y)}</g>')
    return "".join([*parts, "</svg>"])


def sample(kind: str, *, sure: bool = True) -> str:
    """A link of this kind as it is drawn, for the legend."""
    link = Link(0, 0, kind, sure)
    return (
        f'{_open(74, 22, "", "sample")}<g class="{_kind(link)}"><path d="M2 11H46"/>'
        f"{_on_line(kind, 24, 11)}{_in_cell(link, 62, 11)}</g></svg>"
    )


def width(word: str) -> int:
    """Pixels that a word takes at most, about, in a font of 16 pixels; kept generous on purpose."""
    shown = _shown(word, _LONGEST)
    return max(12, int(sum(_advance(character) for character in shown)) + 1)


def _advance(character: str) -> float:
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 16.2
    if any(first <= character <= last for first, last in _BROAD):
        return 14.0 if category == "Mc" else 19.0
    if character in "iljI.,:;'!|()[]ıí`’‘":
        return 6.2
    if character in "mwMWOQ@%&—…–":
        return 15.5
    if category in ("Lu", "So", "Sm"):
        return 12.4
    return 10.4 if character.isascii() or category == "Nd" else 12.4


def _shown(word: str, most: int) -> str:
    return word if len(word) <= most else word[: most - 1] + "…"


def _fit(space: int) -> int:
    return _LONGEST if space < _LABEL else 14


def _places(widths: Sequence[int], total: int, backward: bool) -> list[float]:
    """Middle of each word; the shorter line is spread a little and then centered."""
    own = sum(widths) + _GAP * len(widths)
    more = min(26.0, (total - own) / max(len(widths), 1))
    at = (total - own - more * len(widths)) / 2
    places = []
    for each in widths:
        step = each + _GAP + more
        places.append(at + step / 2)
        at += step
    return [total - place for place in places] if backward else places


def _point(
    start: tuple[float, float], end: tuple[float, float], bend: float, at: float
) -> tuple[float, float]:
    """A point of the curve from `start` to `end`, `at` in [0, 1]."""
    a, b, c, d = (1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3
    x = (a + b) * start[0] + (c + d) * end[0]
    return x, a * start[1] + b * (start[1] + bend) + c * (end[1] - bend) + d * end[1]


def _ordered(links: Sequence[Link]) -> list[Link]:
    return sorted(links, key=lambda link: (KINDS.index(link.kind), link.i, link.j))


def _kind(link: Link) -> str:
    return link.kind if link.sure else f"{link.kind} possible"


def _word(x: float, y: float, word: str, kind: str, backward: bool) -> str:
    text = _text(word, _LONGEST, backward)
    return f'<text class="{kind}" x="{x:.0f}" y="{y}" text-anchor="middle"{text}</text>'


def _text(word: str, most: int, backward: bool) -> str:
    """The rest of a <text> element: direction, and the word; all of it when it is pointed at."""
    shown = _shown(word, most)
    tip = "" if shown == word else f"<title>{escape(word)}</title>"
    return f' direction="{"rtl" if backward else "ltr"}">{tip}{escape(shown)}'


def _on_line(kind: str, x: float, y: float) -> str:
    """The mark of an error at the middle of its curve."""
    if kind == "extra":
        return f'<path class="mark" d="M{x - 4:.0f} {y - 4:.0f}l8 8m0 -8l-8 8"/>'
    if kind == "missed":
        return f'<path class="mark" d="M{x:.0f} {y - 6:.0f}l6 6l-6 6l-6 -6z"/>'
    return ""


def _in_cell(link: Link, x: float, y: float) -> str:
    if link.kind in ("agree", "made"):
        return f'<circle class="dot" cx="{x}" cy="{y}" r="6"/>'
    if link.kind == "open":
        return f'<circle class="dot" cx="{x}" cy="{y}" r="2.5"/>'
    return _on_line(link.kind, x, y)


def _shades(heat: np.ndarray, column: Sequence[int], left: int, top: int) -> list[str]:
    """One path for each of ten shades, so that a page of long sentences stays small."""
    low, high = (float(heat.min()), float(heat.max())) if heat.size else (0.0, 0.0)
    if low == high:
        return []
    level = np.rint(10 * (heat - low) / (high - low)).astype(int)
    parts = []
    for shade in range(1, 11):
        cells = "".join(
            f"M{left + _CELL * column[j]} {top + _CELL * i}h{_CELL}v{_CELL}h-{_CELL}z"
            for i, j in np.argwhere(level == shade).tolist()
        )
        if cells:
            parts.append(f'<path class="heat" fill-opacity="{0.07 * shade:.2f}" d="{cells}"/>')
    return parts


def _open(across: int, down: int, label: str, kind: str) -> str:
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return f'<svg class="{kind}" width="{across}" height="{down}" {told}>'
