"""Romanizes text with uroman, what was met before from memory.

uroman reads a line as a whole, but its rules look at the next characters only. Lines are cut where no
rule can look across, and each kind of piece is given to uroman once, between neighbors that its rules
cannot tell from the true ones:

- at a space. The only rule with a space in it begins with the Ethiopic word space;
- around a *barrier*: a mark or symbol that is no letter, digit or sign of a number, stands in no rule
  with its neighbor and becomes no letter, so that words end there. Inside a decimal number the point
  is none;
- between two *free* characters, which never stand side by side in a rule: Han, Hangul and kana
  without small letters, length marks and numerals. Nothing depends on what is beside them;
- around a character that becomes the same beside any neighbor, as most letters of most alphabets do: a
  word of such is put together from a table;
- before a *leading* vowel of Thai, where a syllable begins.

A line with Braille, whose signs switch what follows, is one piece. So is one where a rule looked back
and found nothing in its piece (Thai, after silent letters).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from calque.languages import lattices
from calque.languages.lattices import BRAILLE, Edge, numeric

# uroman's rules of single languages, under its names
_CODES = {"arb": "ara", "pes": "fas", "prs": "fas", "lvs": "lav", "pbt": "pus"}
_LEANS = frozenset("ゃゅょャュョーっッ\u0a71")
_JAPANESE = ("CJK", "Hiragana", "Katakana")
_OTHER, _FREE, _BARRIER, _LEADING = range(4)
_CONNECTOR = "分之"
_LEAD = "เ"


@dataclass(frozen=True)
class Piece:
    """A piece of text and what became of it: spans [k, 4] as in a `View`, counted from its start."""

    text: str
    spans: np.ndarray
    length: int


@dataclass
class Romanizer:
    """Romanizes by the rules of one language, and remembers.

    code: ISO 639-3, "" for none
    """

    code: str = ""
    _words: dict[tuple[str, bool], "Piece | None"] = field(default_factory=dict)
    _pieces: dict[tuple[str, str, str], "_Stretches | None"] = field(default_factory=dict)
    _alone: dict[str, Any] = field(default_factory=dict)

    def pieces(self, texts: Iterable[str]) -> Iterator[list[Piece]]:
        """The pieces of every text, in order; together they are the whole of it."""
        with lattices.compiled():
            for text in texts:
                yield self._line(text)
                if len(self._words) + len(self._pieces) > _REMEMBERED:
                    self._words.clear()
                    self._pieces.clear()

    def strings(self, texts: Iterable[str]) -> list[str]:
        """Every text romanized."""
        return ["".join(piece.text for piece in pieces) for pieces in self.pieces(texts)]

    def _line(self, text: str) -> list[Piece]:
        if not text:
            return []
        if _UNCUT.search(text):
            return [self._whole(text)]
        words = text.split(" ")
        last = len(words) - 1
        found = []
        for k, word in enumerate(words):
            key = (word, k < last)
            piece = self._words.get(key, _UNSEEN)
            if piece is _UNSEEN:
                piece = self._words[key] = self._word(*key)
            if piece is None:
                return [self._whole(text)]
            found.append(piece)
        return found

    def _word(self, word: str, followed: bool) -> Piece | None:
        """A word and the space that follows it; None where its line must be read as a whole."""
        text = word + " " if followed else word
        strings = self._by_character(text)
        if strings is not None:
            return _piece(text, range(1, len(text) + 1), strings)
        ends: list[int] = []
        strings = []
        for start, end in pairwise([0, *_cuts(text), len(text)]):
            if end == start + 1 and (rom := self._same(text[start])) is not None:
                ends.append(end)
                strings.append(rom)
                continue
            left, right = _beside(text, start, end)
            key = (left, text[start:end], right)
            found = self._pieces.get(key, _UNREAD)
            if found is _UNREAD:
                found = self._pieces[key] = self._between(*key)
            if found is None:
                return None
            ends += [start + own for own in found.ends]
            strings += found.strings
        return _piece(text, ends, strings)

    def _by_character(self, text: str) -> list[str] | None:
        """What each character becomes, where that is the same beside any neighbor."""
        pairs, strings = _rules()[0], []
        before = ""
        for char in text:
            rom = self._same(char)
            if rom is None or before + char in pairs:
                return None
            strings.append(rom)
            before = char
        return strings

    def _same(self, char: str) -> str | None:
        """What a character becomes beside any neighbor with which no rule begins."""
        rom = self._alone.get(char, _UNSEEN)
        if rom is _UNSEEN:
            rom = self._alone[char] = lattices.alone(char, self.code)
        return rom

    def _between(self, left: str, text: str, right: str) -> "_Stretches | None":
        """What a text between its neighbors becomes; None where that depends on more than those."""
        first, last = len(left), len(left) + len(text)
        found, back = _read(left + text + right, self.code, first, last)
        if back or (found and found[-1].end != last):
            return None
        return _Stretches([edge.end - first for edge in found], [edge.txt for edge in found])

    def _whole(self, text: str) -> Piece:
        edges, _ = _read(text, self.code, 0, len(text))
        return _piece(text, [edge.end for edge in edges], [edge.txt for edge in edges])


class _Stretches(NamedTuple):
    """Where the stretches of a text end, and what each of them becomes."""

    ends: list[int]
    strings: list[str]


_REMEMBERED = 400_000  # words and pieces, some hundred MB
_UNSEEN = Piece("", np.zeros((0, 4)), 0)
_UNREAD = _Stretches([], [])


@lru_cache(maxsize=8)
def romanizer(language: str = "und") -> Romanizer:
    """The romanizer for a language, ISO 639-3 with or without a script; "und" for none."""
    code = language.split("_")[0]
    return Romanizer("" if code == "und" else _CODES.get(code, code))


def _read(text: str, code: str, start: int, end: int) -> tuple[list[Edge], bool]:
    try:
        return lattices.edges(text, code or None, start, end)
    except AttributeError:
        # uroman fails on a sign of fractions after a number where no number follows; read apart from
        # the number it is an ordinary word
        at = text.rfind(_CONNECTOR, 1)
        if at < 0:
            raise
    before, back = _read(text[:at], code, min(start, at), min(end, at))
    after, _ = _read(text[at:], code, max(start - at, 0), max(end - at, 0))
    return [*before, *(Edge(e.start + at, e.end + at, e.txt, e.type) for e in after)], back


def _piece(text: str, ends: Sequence[int], strings: Sequence[str]) -> Piece:
    """Strings for the stretches of a text that end there; neighbors that stay as they are make one span."""
    spans: list[list[int]] = []
    kept, start, at = False, 0, 0
    for end, string in zip(ends, strings, strict=True):
        new = at + len(string)
        same = string == text[start:end]
        if same and kept:
            spans[-1][1], spans[-1][3] = end, new
        else:
            spans.append([start, end, at, new])
        kept, start, at = same, end, new
    return Piece("".join(strings), np.array(spans, dtype=np.int32).reshape(-1, 4), len(text))


# what a rule may look at across a space, or further: Braille, and the one rule with a space in it
_UNCUT = re.compile(f"[{chr(BRAILLE.start)}-{chr(BRAILLE.stop - 1)}]|፡ ")


@lru_cache(maxsize=1 << 16)
def _mark(char: str) -> bool:
    """Whether it may change what stands before it."""
    return unicodedata.category(char)[0] == "M" or char in _LEANS


@lru_cache(maxsize=1)
def _rules() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Pairs that stand side by side in a rule, and first characters of rules: restricted, to letters."""
    pairs, restricted, lettered = set(), set(), set()
    for key, rules in lattices.tables().rom_rules.items():
        if not rules:
            continue
        pairs.update(key[k : k + 2] for k in range(len(key) - 1))
        for rule in rules:
            if rule["n-restr"] or rule["t-at-end-of-syllable"] is not None:
                restricted.add(key[0])
            if any(map(str.isalpha, rule["t"] or "")):
                lettered.add(key[0])
    return frozenset(pairs), frozenset(restricted), frozenset(lettered)


@lru_cache(maxsize=1 << 16)
def _kind(char: str) -> int:
    """Whether a text may be cut beside the character: see above."""
    tables, (_, restricted, lettered) = lattices.tables(), _rules()
    signs = (*tables.minus_signs, *tables.plus_signs, *tables.fraction_connectors)
    if char in restricted or numeric(char) or char in _LEANS or char in "".join(signs):
        return _OTHER
    if ord(char) in BRAILLE or tables.dict_str.get(("tone-mark", char)):
        return _OTHER
    if not char.isalpha():
        plain = unicodedata.category(char)[0] in "PZS" and char not in lettered
        return _BARRIER if plain else _OTHER
    if tables.dict_str.get(("syllable-info", char)):
        return _LEADING if tables.chr_script_name(char) == "Thai" else _OTHER
    narrow = unicodedata.decomposition(char).startswith("<")
    japanese = tables.chr_script_name(char) in _JAPANESE
    return _FREE if not narrow and (japanese or "가" <= char <= "힣") else _OTHER


def _cuts(text: str) -> Iterator[int]:
    """Where a text may be cut."""
    pairs = _rules()[0]
    kinds = [_kind(char) for char in text]
    for k in range(1, len(text)):
        one, other = kinds[k - 1], kinds[k]
        apart = (
            one == other == _FREE or _BARRIER in (one, other) or _begins(one, text[k - 1], other)
        )
        if not apart or text[k - 1 : k + 1] in pairs or _mark(text[k]):
            continue
        if not (_in_number(text, k - 1) or _in_number(text, k)):
            yield k


def _begins(kind: int, char: str, other: int) -> bool:
    """Whether a leading vowel begins a syllable after this character."""
    if other != _LEADING or kind == _LEADING:
        return False
    return lattices.tables().chr_script_name(char) == "Thai"


def _in_number(text: str, k: int) -> bool:
    """Whether a point stands between two digits."""
    return (
        text[k] == "." and 0 < k < len(text) - 1 and numeric(text[k - 1]) and numeric(text[k + 1])
    )


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Neighbors that are to a rule what the true ones are, as few different ones as can be."""
    left = _stand_in(text[start - 1]) if start else " "
    right = _stand_in(text[end]) if end < len(text) else ","
    return left, _LEAD if end < len(text) and _kind(text[end]) == _LEADING else right


@lru_cache(maxsize=1 << 16)
def _stand_in(char: str) -> str:
    if char == " " or (_kind(char) == _BARRIER and lattices.tables().chr_script_name(char)):
        return char
    return ","
