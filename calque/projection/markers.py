"""Markers around spans that are to live through a translation, and what a translator does to them.

A style has several forms. A text is marked in the first form that it holds nothing of, so that brackets
and tags of its own are never read as markers; whoever reads its translation finds the same form again
by looking at the source.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from calque.errors import BadSetting

Style = Literal["numbered", "brackets", "tags", "quotes"]
# what a translator may put for a bracket: the full-width one, or another pair of its language
_BRACKETS = (("[［【〔⟦〚﹝⁅", "]］】〕⟧〛﹞⁆"), ("{｛﹛", "}｝﹜"), ("⟨〈〈", "⟩〉〉"))
_QUOTES = '"＂“”„‟«»「」『』〝〞〟'
_PREFIXES = ("", "m", "x")  # of names of tags: <a>, <ma>, <xa>


class Sign(NamedTuple):
    """A marker in a text: its place, the number of its span if it has one, and its side, "open" or "close"."""

    start: int
    end: int
    number: int | None
    side: str


class Pair(NamedTuple):
    """What stands between two markers: the number of its span, and its place in the text without markers."""

    number: int | None
    start: int
    end: int


@dataclass(frozen=True)
class Read:
    """A text that had markers.

    text:   without them
    pairs:  what stood between two, in order
    single: numbers of spans of which one marker stood alone
    """

    text: str
    pairs: tuple[Pair, ...]
    single: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Form:
    """One way to write markers.

    signs: finds them; groups `number` or `name` say of which span, `close` or `closed` which side
    """

    kind: Literal["brackets", "tags", "quotes"]
    signs: re.Pattern[str]
    opening: str
    closing: str
    prefix: str = ""

    def around(self, text: str, places: Sequence[tuple[int, int]]) -> str:
        """The text with markers around its spans, counted from 1; a span within another has its markers within.

        places: first character of each span and the one after its last, in the order of the starts, the longest
                first
        """
        signs: list[tuple[tuple[int, int, int], str]] = []
        for k, (first, last) in enumerate(places, 1):
            name = self.prefix + _letters(k)
            signs.append(((first, 1, k), self.opening.format(k=k, name=name)))
            signs.append(((last, 0, -k), self.closing.format(k=k, name=name)))
        made, end = [], 0
        for (place, _, _), sign in sorted(signs):
            made += [text[end:place], sign]
            end = place
        return "".join([*made, text[end:]])

    def found(self, text: str, count: int) -> list[Sign]:
        """All markers of at most `count` spans, in order; a number of no span is text, not a marker's."""
        signs = []
        for match in self.signs.finditer(text):
            if self.kind == "quotes":
                signs.append(Sign(*match.span(), None, "open"))
            elif self.kind == "tags":
                k = _number(match["name"].lower().removeprefix(self.prefix))
                if k <= count:
                    side = "close" if match["close"] or match["closed"] else "open"
                    signs.append(Sign(*match.span(), k, side))
            elif match["close"]:
                signs.append(Sign(*match.span(), None, "close"))
            else:
                number = match.groupdict().get("number")
                if number and 1 <= int(number) <= count:
                    signs.append(Sign(*match.span(), int(number), "open"))
                else:
                    signs.append(Sign(match.start(), match.start() + 1, None, "open"))
        return signs


def forms(part: str, style: str) -> tuple[Form, ...]:
    """The forms of a style, the preferred one first."""
    if style not in ("numbered", "brackets", "tags", "quotes"):
        raise BadSetting(f"{part}: style must be numbered, brackets, tags or quotes, got {style!r}")
    return _forms(style)


def form_for(
    text: str, choices: Sequence[Form], places: Sequence[tuple[int, int]] = ()
) -> Form | None:
    """The first form of which the text holds nothing; None where it holds something of all.

    Where spans cross, neither within the other, it is a form of tags, whose ends say which they are of.

    places: first character of each span and the one after its last
    """
    if any(a < c < b < d for a, b in places for c, d in places):
        choices = _forms("tags")
    return next((form for form in choices if not form.signs.search(text)), None)


def read(text: str, form: Form, count: int) -> Read:
    """Take the markers of `count` spans out of a text, and say what stood between them."""
    signs = _sided(form.found(text, count), form.kind)
    if not signs:
        return Read(text, ())
    clean, places = _without(text, signs, form.opening.endswith(" "))
    halves = _by_number(signs) if form.kind == "tags" else _by_nesting(signs)
    whole = {k for pair in halves for k in pair}
    single = {sign.number for k, sign in enumerate(signs) if k not in whole}
    pairs = [Pair(signs[a].number, places[a], max(places[a], places[b])) for a, b in halves]
    return Read(clean, tuple(sorted(pairs, key=lambda pair: pair[1:])), frozenset(single - {None}))  # type: ignore[arg-type]


def _without(text: str, signs: Sequence[Sign], padded: bool) -> tuple[str, list[int]]:
    """The text without markers, and where each marker would stand in it.

    Spaces on the inner side go too, for translators put spaces around brackets; one moves outside where two
    words would else be glued. So "the[ New York ]is" becomes "the New York is".

    padded: an opening marker ends with a space of its own
    """
    made, places, end = "", [], 0
    for sign in signs:
        made += text[end : sign.start]
        end = sign.end
        if sign.side == "open":
            while text.startswith(" ", end):
                end += 1
            spaced = end - sign.end > (padded and sign.number is not None)
        else:
            bare = made.rstrip(" ")
            spaced, made = bare != made, bare
            places = [min(place, len(made)) for place in places]
        glued = made[-1:].isalnum() and text[end : end + 1].isalnum()
        places.append(len(made))
        if spaced and glued:
            made += " "
            places[-1] += sign.side == "open"
    rest = text[end:]
    return made + (rest.lstrip(" ") if not made else rest), places


def _sided(signs: Sequence[Sign], kind: str) -> list[Sign]:
    """Quotes open and close in turn; of two equal tags alone the second closes."""
    if kind == "quotes":
        return [sign._replace(side="close" if k % 2 else "open") for k, sign in enumerate(signs)]
    made = list(signs)
    if kind == "tags":
        for number in {sign.number for sign in signs}:
            own = [k for k, sign in enumerate(signs) if sign.number == number]
            if len(own) == 2:
                made[own[0]], made[own[1]] = (
                    signs[k]._replace(side=side)
                    for k, side in zip(own, ("open", "close"), strict=True)
                )
    return made


def _by_nesting(signs: Sequence[Sign]) -> list[tuple[int, int]]:
    """Each closing bracket with the last one open."""
    waiting, halves = [], []
    for k, sign in enumerate(signs):
        if sign.side == "open":
            waiting.append(k)
        elif waiting:
            halves.append((waiting.pop(), k))
    return halves


def _by_number(signs: Sequence[Sign]) -> list[tuple[int, int]]:
    """Each opening tag with the next closing one of its name."""
    waiting, halves = {}, []
    for k, sign in enumerate(signs):
        if sign.side == "open":
            waiting[sign.number] = k
        elif sign.number in waiting:
            halves.append((waiting.pop(sign.number), k))
    return halves


@lru_cache(maxsize=4)
def _forms(style: str) -> tuple[Form, ...]:
    if style == "tags":
        return tuple(
            Form(
                "tags",
                re.compile(
                    rf"(?:[<＜]|&lt;) ?(?P<close>/?) ?(?P<name>{prefix}[a-z]{{1,2}}) ?(?P<closed>/?) ?(?:[>＞]|&gt;)",
                    re.IGNORECASE,
                ),
                "<{name}>",
                "</{name}>",
                prefix,
            )
            for prefix in _PREFIXES
        )
    numbered = style == "numbered"
    number = r"(?: *(?P<number>\d{1,4})(?!\d)(?:[.:] )?)?" if numbered else ""
    found = [
        Form(
            "brackets",
            re.compile(f"[{re.escape(left)}]{number}|(?P<close>[{re.escape(right)}])"),
            _brace(left[0]) + ("{k} " if numbered else ""),
            _brace(right[0]),
        )
        for left, right in _BRACKETS
    ]
    if style == "quotes":
        found.insert(0, Form("quotes", re.compile(f"[{_QUOTES}]"), '"', '"'))
    return tuple(found)


def _brace(character: str) -> str:
    """As `str.format` wants it."""
    return character * 2 if character in "{}" else character


def _letters(k: int) -> str:
    """a to z, then aa to zz."""
    return chr(96 + k) if k <= 26 else chr(96 + (k - 1) // 26) + chr(97 + (k - 1) % 26)


def _number(name: str) -> int:
    """What `_letters` wrote."""
    return ord(name) - 96 if len(name) == 1 else 26 * (ord(name[0]) - 96) + ord(name[1]) - 96
