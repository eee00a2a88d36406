"""Projected sentences for people to check and correct, as one HTML file."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from calque.languages.scripts import direction, script_shares
from calque.report.templates import template

COLORS = 6  # of types, in the template; further types take the same ones again
_NO_SPACES = frozenset(
    ["Hani", "Hira", "Kana", "Thai", "Laoo", "Khmr", "Mymr", "Tibt", "Java", "Bali", "Lana", "Talu"]
)


@dataclass(frozen=True)
class DrawnSpan:
    """A span to draw, as the account has it; `new_start` is None where it is lost."""

    kind: str
    start: int
    end: int
    new_start: int | None
    new_end: int | None
    outcome: str
    reason: str
    confidence: float
    projector: str = ""


@dataclass(frozen=True)
class DrawnSentence:
    """A sentence to draw.

    number: its place among the examples, from 1
    source, target: words of both texts
    links:  [source word, target word] of each word link
    """

    number: int
    source: Sequence[str]
    target: Sequence[str]
    spans: Sequence[DrawnSpan]
    links: Sequence[tuple[int, int]] = ()


def projection_page(
    sentences: Sequence[DrawnSentence],
    *,
    title: str,
    version: str,
    languages: str,
    totals: dict[str, int],
    count: int,
) -> str:
    """Draw the sentences; all text in the page is escaped.

    totals: spans by outcome, of all examples; count: examples, those not drawn included
    """
    kinds = list(dict.fromkeys(span.kind for one in sentences for span in one.spans))
    color = {kind: k % COLORS for k, kind in enumerate(kinds)}
    return template("projection.html").render(
        title=title,
        version=version,
        languages=languages,
        totals=totals,
        count=count,
        kinds=[(kind, color[kind]) for kind in kinds],
        sentences=[_drawn(one, color) for one in sentences],
    )


def _drawn(one: DrawnSentence, color: dict[str, int]) -> dict[str, Any]:
    spans = [
        vars(span)
        | {
            "number": k + 1,
            "color": color[span.kind],
            "text": _joined(one.source[span.start : span.end]),
            "new_text": _joined(one.target[span.new_start : span.new_end])
            if span.new_start is not None
            else "",
        }
        for k, span in enumerate(one.spans)
    ]
    of_source = [(span["start"], span["end"], span) for span in spans]
    of_target = [(s["new_start"], s["new_end"], s) for s in spans if s["new_start"] is not None]
    return {
        "number": one.number,
        "spans": spans,
        "outcomes": " ".join(sorted({span.outcome for span in one.spans})),
        "links": " ".join(f"{i}-{j}" for i, j in one.links),
        "source": _words(one.source, of_source),
        "target": _words(one.target, of_target),
        "source_way": direction(" ".join(one.source)),
        "target_way": direction(" ".join(one.target)),
    }


def _words(words: Sequence[str], placed: Sequence[tuple[int, int, dict]]) -> list[dict[str, Any]]:
    """Each word with the span that it lies in, if any, and whether a space follows."""
    own: dict[int, dict] = {}
    for start, end, span in placed:
        for k in range(start, end):
            own.setdefault(k, span)
    made = []
    for k, word in enumerate(words):
        span = own.get(k)
        made.append(
            {
                "text": word,
                "span": span,
                "first": span is not None and own.get(k - 1) is not span,
                "goes_on": span is not None and own.get(k + 1) is span,
                "space": k + 1 < len(words) and _gap(word, words[k + 1]),
            }
        )
    return made


def _joined(words: Sequence[str]) -> str:
    gaps = [" " if _gap(a, b) else "" for a, b in pairwise(words)] + [""]
    return "".join(word + gap for word, gap in zip(words, gaps, strict=False))


def _gap(word: str, following: str) -> bool:
    """Whether a space is shown between two words; scripts without spaces and closing marks have none."""
    if following[:1] in ("。", "、", "，", "！", "？", "：", "；"):
        return False
    ends = (script_shares(word[-1:]), script_shares(following[:1]))
    return not all(set(shares) & _NO_SPACES for shares in ends)
