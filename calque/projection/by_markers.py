"""Spans read from translations of marked texts.

Source: Chen et al. 2023, "Frustratingly Easy Label Projection for Cross-lingual Transfer" (EasyProject),
https://aclanthology.org/2023.findings-acl.357, section 3: brackets, types by fuzzy match. Unlike theirs, a
sentence that lost a marker keeps its other spans, and every span is accounted for.
"""

import logging
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.words import word_places
from calque.projection.carried import Found, carried
from calque.projection.markers import Pair, Read, Style, form_for, forms, read
from calque.projection.places import Place, span_places, texts_of
from calque.projection.spans import Target, spans_of
from calque.roles import part
from calque.values import Labelled, Texts, View

log = logging.getLogger(__name__)

_GUESSED = 0.5  # confidence of a span that got what was left over


@part
def by_markers(
    examples: Labelled,
    translations: Texts,
    names: Texts | None = None,
    *,
    style: Style = "numbered",
    ratio: float = 0.5,
) -> Labelled:
    """Give every span what stands between its markers in the translation, and take the markers out.

    A span is told by the number of its marker. Where markers have none, or lost it, spans of one type are
    taken in order, as their type is right in any; others by how alike what stands between the markers is to
    the translated or original text of the span, and a last one gets what is left over (confidence 1/2).
    Spans whose markers are gone, single or empty are lost with that reason; those marked twice are changed. Where
    the markers between two neighbors are eaten, those left look whole: a span beside one without markers is lost, too, if
    what it holds is nearer in length to both and what stands between them than to itself.

    It is no `projector`: those keep the words of the text that they are given, and here that text has
    markers in it. What it gives is the same, and meets all other laws of projectors.

    translations: what became of the texts that `projection.mark` gave, line by line
    names: translations of `projection.span_texts`, one per span
    style: the style that the texts were marked in
    ratio: least similarity in [0, 1] of what stands between markers to a span's text, as difflib's ratio;
           lower tells more spans apart, and more of them wrongly
    """
    part_name = "projection.by_markers"
    if not 0 <= ratio <= 1:
        raise BadSetting(f"{part_name}: ratio must lie in [0, 1], got {ratio}")
    choices = forms(part_name, style)
    spans = spans_of(part_name, examples, ("events",))
    for given, wanted, what in (
        (translations, len(examples), "examples"),
        (names, len(spans), "spans"),
    ):
        if given is not None and len(given) != wanted:
            raise BadValue(
                f"{part_name}: {wanted} {what}, but translations of {len(given)}; a missing translation "
                "needs an empty line in its place"
            )
    found = Found(*np.zeros((3, len(spans))), np.full(len(spans), "", dtype=object))  # type: ignore[arg-type]
    found.start, found.end = (np.zeros(len(spans), dtype=np.int64) for _ in range(2))
    translated = None if names is None else [name.strip().lower() for name in names]
    clean = []
    for text, made, places in zip(
        texts_of(examples), translations, span_places(examples, spans), strict=True
    ):
        form = form_for(text, choices, [place[1:] for place in places]) if places else None
        marked = Read(made, ()) if form is None else read(made, form, len(places))
        clean.append(marked.text)
        if not places:
            continue
        own = [
            _Wanted(
                k,
                int(spans.kind[k]),
                tuple([text[a:b].lower()] + ([translated[k]] if translated else [])),
            )
            for k, a, b in places
        ]
        told = _told(own, marked, form is not None, ratio)
        told |= _swallowing(told, places, marked.text, text)
        cut = word_places(marked.text, translations.tokenized)
        for k, one in told.items():
            found.reason[k] = one.reason
            if one.pair is not None:
                _place(found, k, one, marked.text, cut)
    target = Texts.of(clean, translations.language, tokenized=translations.tokenized)
    arrived = int((found.end > 0).sum())
    log.info("%s: %d of %d spans found in the translations", part_name, arrived, len(spans))
    view = View.whole(target, target)
    return carried(examples, view, spans, Target.of(target), found)


class _Wanted(NamedTuple):
    """A span to find: its number among all, its type, and texts that it may have become, lower case."""

    number: int
    kind: int
    texts: tuple[str, ...]


class _Told(NamedTuple):
    """The pair of markers that a span has, if any, how sure that is, and what is odd about it."""

    pair: Pair | None
    confidence: float = 0.0
    reason: str = ""


def _told(own: list[_Wanted], marked: Read, markable: bool, ratio: float) -> dict[int, _Told]:
    """What became of each span of a text."""
    told: dict[int, _Told] = {}
    filled = [pair for pair in marked.pairs if marked.text[pair.start : pair.end].strip()]
    for k, wanted in enumerate(own, 1):
        mine = [pair for pair in filled if pair.number == k]
        if len(mine) == 1:
            told[wanted.number] = _Told(mine[0], 1.0)
        elif mine:
            best = max(mine, key=lambda pair: _alike(wanted, pair, marked))  # the first of equals
            told[wanted.number] = _Told(best, 1 / len(mine), "marked more than once")
    rest = [  # a span whose numbered marker is there, single, has no other
        wanted
        for k, wanted in enumerate(own, 1)
        if wanted.number not in told and k not in marked.single
    ]
    pool = [pair for pair in filled if pair.number is None]
    told |= _matched(rest, pool, marked, ratio)
    for k, wanted in enumerate(own, 1):
        if wanted.number not in told:
            told[wanted.number] = _Told(None, 0.0, _missing(k, wanted, pool, marked, markable))
    return told


def _swallowing(
    told: dict[int, _Told], places: Sequence[Place], made: str, text: str
) -> dict[int, _Told]:
    """Spans whose markers hold so much that a neighbor's must have stood within them, as lost.

    Lengths are of characters, as shares of the whole texts: translations may be longer or shorter.

    places: of the spans in their text, in order
    """
    gone = [k for k, (number, _, _) in enumerate(places) if told[number].pair is None]
    found = {}
    scale = len(text.strip()) / max(len(made.strip()), 1)
    for k, (number, first, last) in enumerate(places):
        pair = told[number].pair
        near = [places[j] for j in gone if abs(j - k) == 1]
        if pair is None or not near:
            continue
        size = max(scale * len(made[pair.start : pair.end].strip()), 1)
        alone = abs(np.log(size / max(last - first, 1)))
        if any(
            size > last - first and abs(np.log(size / (max(last, b) - min(first, a)))) < alone
            for _, a, b in near
        ):
            found[number] = _Told(None, 0.0, "markers of a neighbor were eaten between its own")
    return found


def _missing(k: int, wanted: _Wanted, pool: list[Pair], marked: Read, markable: bool) -> str:
    """Why a span has no markers."""
    if not markable:
        return "its text holds markers of its own"
    if not marked.text.strip():
        return "no target text"
    if any(pair.number == k for pair in marked.pairs):
        return "nothing stands between its markers"
    if k in marked.single:
        return "one of its markers is missing"
    return "which markers are its own is not known" if pool else "its markers are missing"


def _matched(rest: list[_Wanted], pool: list[Pair], marked: Read, ratio: float) -> dict[int, _Told]:
    """Spans with markers that have no numbers."""
    if not rest or not pool:
        return {}
    one_kind = len({wanted.kind for wanted in rest}) == 1
    if one_kind and len(pool) == len(rest):
        pairs = zip(rest, pool, strict=True)
        return {wanted.number: _Told(pair, 1.0) for wanted, pair in pairs}
    told: dict[int, _Told] = {}
    alike = sorted(
        ((-_alike(w, p, marked), i, j) for i, w in enumerate(rest) for j, p in enumerate(pool)),
    )
    wanted_left, pool_left = dict(enumerate(rest)), dict(enumerate(pool))
    for score, i, j in alike:
        if -score > ratio and i in wanted_left and j in pool_left:
            told[wanted_left.pop(i).number] = _Told(pool_left.pop(j), -score)
    left = list(wanted_left.values())
    if left and pool_left and len({wanted.kind for wanted in left}) == 1:
        # whichever it is, its type is right; but with too many markers some are the translator's own
        sure = _GUESSED if len(pool_left) <= len(left) else _GUESSED / len(pool_left)
        for wanted, pair in zip(left, pool_left.values(), strict=False):
            told[wanted.number] = _Told(pair, sure)
    return told


def _alike(wanted: _Wanted, pair: Pair, marked: Read) -> float:
    text = marked.text[pair.start : pair.end].strip().lower()
    return max(SequenceMatcher(None, text, other).ratio() for other in wanted.texts)


def _place(found: Found, k: int, told: _Told, text: str, cut: list[tuple[int, int]]) -> None:
    """Put a span on the words that its markers hold, whole or in part."""
    assert told.pair is not None
    first, last = told.pair.start, told.pair.end
    held = [j for j, (start, end) in enumerate(cut) if start < last and end > first]
    if not held:  # invisible characters alone
        found.reason[k] = "nothing stands between its markers"
        return
    whole = text[cut[held[0]][0] : cut[held[-1]][1]]
    inside = text[max(first, cut[held[0]][0]) : min(last, cut[held[-1]][1])]
    found.start[k], found.end[k] = held[0], held[-1] + 1
    found.confidence[k] = told.confidence * len(inside) / len(whole)
    if len(inside) < len(whole):
        found.reason[k] = found.reason[k] or "a marker stands inside a word"
