"""What a translation must keep: numbers, markers, names. Strings in, what is wrong out."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

# tags, [markers], {fields}, %s, addresses: what programs read, not people
MARKER = re.compile(
    r"</?[A-Za-z][^<>\s]*>|\[/?[^\[\]\s]{1,12}\]|\{[^{}\s]*\}|%[sd]|https?://\S*\w|[\w.+-]+@[\w-]+\.\w[\w.]*\w"
)
_NUMBER = re.compile(r"\d+(?:[.,'’٫٬\u00a0\u202f]\d+)*")
_BETWEEN = re.compile(r"\D")
_AGAIN = 4  # times the same word in a row: what a model writes that has lost its way
_LONG, _RATIO = (
    20,
    3.0,
)  # letters of a text from which on its length says something; times longer or shorter
_BEGINNING = 4  # letters that a name keeps, whatever ending it takes


def troubles(old: str, new: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """Every check that a translation fails, with what was seen.

    names: words of the original that should be found again, if its letters allow
    """
    if not any(map(str.isalnum, old)):
        return
    if not any(map(str.isalnum, new)):
        yield "empty", ""
        return
    words = old.split()
    if len(words) > 1 and words == new.split() and old.upper() != old.lower():
        yield "repeats the source", ""
    for check, found in (("numbers", numbers), ("markers", markers)):
        before, after = found(old), found(new)
        if before != after:
            yield check, _differences(before, after)
    lost = [name for name in names if not _kept(name, new)]
    if lost:
        yield "names", f"without {', '.join(lost)}"
    ratio = len(new) / len(old)
    if max(len(old), len(new)) >= _LONG and not 1 / _RATIO <= ratio <= _RATIO:
        yield "length", f"{len(old)} characters became {len(new)}"
    if word := _stutter(new):
        yield "stutters", word


def numbers(text: str) -> Counter[str]:
    """Numbers as plain digits: those of any script, without what groups them or marks decimals."""
    plain = MARKER.sub(" ", text)
    digits = "".join(
        str(unicodedata.digit(letter, letter)) if letter.isdecimal() else letter for letter in plain
    )
    return Counter(_BETWEEN.sub("", number) for number in _NUMBER.findall(digits))


def markers(text: str) -> Counter[str]:
    """Tags, bracketed markers, fields to fill in and addresses, as they are spelled."""
    return Counter(MARKER.findall(text))


def script(text: str) -> str:
    """First word of the Unicode name of most letters, such as LATIN; "" for a text without letters."""
    counts = Counter(unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha())
    return counts.most_common(1)[0][0] if counts else ""


def _differences(before: Counter[str], after: Counter[str]) -> str:
    shown = [
        f"{word} {' '.join(some.elements())}"
        for word, some in (("without", before - after), ("added", after - before))
        if some
    ]
    return "; ".join(shown)


def _kept(name: str, new: str) -> bool:
    own = name.casefold()
    return own[: max(_BEGINNING, len(own) - 2)] in new.casefold()


def _stutter(text: str) -> str:
    """The word that stands too often in a row, if one does."""
    row, last = 0, ""
    for word in text.split():
        row = row + 1 if word == last and any(map(str.isalpha, word)) else 1
        if row == _AGAIN:
            return word
        last = word
    return ""
