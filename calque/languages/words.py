"""Words of any text, with their places.

Between words there is nothing but white space and invisible characters; every other character lies
in exactly one word. The rules follow Unicode's word boundaries (UAX #29) where scripts have spaces,
and cut finer where those join what an aligner wants apart:

- A word is letters and digits with their marks. Apostrophes (' ’ ‘ ʼ `), middle dots (Catalan),
  underscores, Armenian stress marks and Hebrew gershayim (also typed " as in צה"ל) stay inside when
  letters stand on both sides: `ng'ombe`, `l'homme` and `don’t` are one word each. Hausa (`'yan`) and
  Uzbek (`tog'`) keep an apostrophe at the edge too when `language` says so.
- A hyphen always splits: `well-known` and `anak-anak` are three words, the hyphen being one. So do
  slashes, colons and full stops between letters. Numbers keep `.` and `,` between digits.
- Punctuation marks and symbols are words of their own, an emoji with its modifiers. A run of one
  and the same common mark (`...`, `!!`, `--`) is one word.
- Soft hyphen, word joiner, direction marks and U+FEFF stay inside a word and are trimmed at its
  edges. ZWJ and ZWNJ belong to the character before them. U+200B (zero width space) ends a word.
- Scripts without spaces: one word per Chinese character and per hiragana; katakana run together;
  Thai and Lao by character cluster (leading vowel, consonant, marks, trailing vowels); Khmer by
  consonant with its subscripts and vowels; Burmese by syllable; Tibetan by syllable with the
  tsheg that ends it; Javanese, Balinese and the Tai scripts by grapheme cluster.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from calque.languages.codes import resolve


class Word(NamedTuple):
    """A word and its place: `text[start:end]` is the word, offsets count characters."""

    text: str
    start: int
    end: int


def words(text: str, language: str | None = None) -> list[Word]:
    """Split a text into words, in order.

    language: any code that `resolve` knows; matters for apostrophes in Hausa and Uzbek only
    """
    found = _pattern(_edges(language)).finditer(text)
    return [Word(match[0], *match.span()) for match in found]


def word_texts(text: str, language: str | None = None) -> list[str]:
    """The words of a text without their places."""
    edges = _edges(language)
    if _joins_space().search(text):
        return _pattern(edges).findall(text)
    found: list[str] = []
    for piece in text.split(" "):
        short = len(piece) <= _SHORT
        found += _between_spaces(piece, edges) if short else _pattern(edges).findall(piece)
    return found


_SHORT = 32  # characters; longer pieces are seldom met again


@lru_cache(maxsize=1 << 15)
def _between_spaces(piece: str, edges: tuple[str, str]) -> tuple[str, ...]:
    """The words of what stands between two spaces. Corpora repeat these, and the expression is slow."""
    return tuple(_pattern(edges).findall(piece))


@lru_cache(maxsize=1)
def _joins_space():
    """The one case in which a word goes on over a space: signs that belong to whatever follows."""
    import regex

    return regex.compile(r"\p{Grapheme_Cluster_Break=Prepend} ", regex.VERSION1)


def words_of(text: str, tokenized: bool) -> list[str]:
    """The words of a text, or of one whose words are separated by spaces already.

    Other white space may then be part of a word: corpora have no-break and ideographic spaces in them.
    """
    return [word for word in text.split(" ") if word] if tokenized else word_texts(text)


def spaced(words: Iterable[str]) -> str:
    """Words as a text whose words are separated by spaces; a space within a word becomes a no-break space."""
    return " ".join(word.replace(" ", "\u00a0") for word in words)


def folded(word: str) -> str:
    """The word as aligners compare it: in lower case and composed form (NFC)."""
    return unicodedata.normalize("NFC", word.lower())


# By language: an apostrophe that may open a word, one that may follow a letter wherever it stands.
_EDGES = {"hau": ("['’](?=[yY])", ""), "uzn": ("", "(?<=[oOgG])['’‘`]")}


@lru_cache(maxsize=1024)
def _edges(language: str | None) -> tuple[str, str]:
    return _EDGES.get(resolve(language).code, ("", "")) if language else ("", "")


# Building blocks in the notation of the package `regex`, version 1: sets nest and subtract.
_INVISIBLE = r"[[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]--\p{Prepended_Concatenation_Mark}]"
_MARK = r"[\p{M}\u200c\u200d]"
_CLUSTERED = r"[\p{Java}\p{Bali}\p{Lana}\p{Talu}\p{Tavt}\p{Tale}]"
_KATAKANA = r"[\p{Kana}ー\uff70\uff9e\uff9f]"  # the long and voiced marks are no script's own
_SPACELESS = (
    rf"[[\p{{Hani}}\p{{Hira}}\p{{Thai}}\p{{Laoo}}\p{{Khmr}}\p{{Mymr}}\p{{Tibt}}{_KATAKANA}{_CLUSTERED}]"
    r"--\p{Nd}]"
)
_LETTER = rf"[[\p{{L}}\p{{N}}]--{_SPACELESS}--{_INVISIBLE}]"
_INSIDE = (
    r"(?:['’‘`·_՛՜՞]"
    r"|(?<=\p{Nd})[.,٫٬](?=\p{Nd})"
    r"|(?<=\p{Hebr})[\"״׳](?=\p{Hebr})"
    rf"|[{_INVISIBLE}--[\p{{Cc}}\u200b]]++)"
)
_BURMESE = r"[\p{Mymr}&&\p{L}]"
_WITHOUT_SPACES = (
    rf"\p{{Hani}}{_MARK}*+",
    rf"\p{{Hira}}{_MARK}*+ー*+",
    rf"{_KATAKANA}(?:{_KATAKANA}|{_MARK})*+",
    rf"[เ-ไ]?+[ก-ฮ]{_MARK}*+[ะาำๅ]*+{_MARK}*+",
    rf"[ເ-ໄ]?+[ກ-ຮໜ-ໟ]{_MARK}*+[ະາຳຽ]*+{_MARK}*+",
    rf"[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|{_MARK})*+",
    # a consonant that is killed (asat) or carries a stack closes the syllable before it
    rf"{_BURMESE}(?:\u1039{_BURMESE}|{_MARK})*+"
    rf"(?:{_BURMESE}(?=\u1037?[\u1039\u103a])(?:\u1039{_BURMESE}|{_MARK})*+)*+",
    rf"(?:[\p{{Tibt}}&&\p{{L}}]{_MARK}*+)++[་༌]?+",
)
_RUNS = tuple(rf"\{mark}++" for mark in ".!?-=*_~#'`,") + tuple(f"{mark}++" for mark in "…—–。！？")
_ANYTHING_VISIBLE = rf"(?=[^\s{_INVISIBLE}])\X"


@lru_cache(maxsize=4)
def _pattern(edges: tuple[str, str]):
    """The one expression that matches any word, given the apostrophes at edges."""
    import regex  # has Unicode's scripts and set operations, which `re` lacks

    opening, following = edges
    opened = f"(?:{opening})?+" if opening else ""
    followed = f"|{following}" if following else ""
    body = f"[{_LETTER}{_MARK}]*+"
    spaced = rf"{opened}{_LETTER}{body}(?:(?:{_INSIDE}{_LETTER}{followed}){body})*+(?:(?<=\p{{Hebr}})׳)?+"
    alternatives = (spaced, *_WITHOUT_SPACES, *_RUNS, _ANYTHING_VISIBLE)
    return regex.compile("|".join(alternatives), regex.VERSION1)


def word_places(text: str, tokenized: bool) -> list[tuple[int, int]]:
    """First character of each word and the one after its last, of the words that `words_of` gives."""
    if not tokenized:
        return [(word.start, word.end) for word in words(text)]
    found, end = [], 0
    for piece in text.split(" "):
        if piece:
            found.append((end, end + len(piece)))
        end += len(piece) + 1
    return found
