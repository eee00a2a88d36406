"""Evidence that a text, or one side of a bitext, is not in the language it is said to be.

No model and no bundled text: scripts, copies, and profiles of letter trigrams compared with texts
that the caller has. Each check returns a reason with its numbers, or None where it sees nothing wrong;
None is no proof, least of all for related languages.

Calibration, on samples of 100, 200, 500 and 1,000 sentences of NTREX-128 (51 texts), SIB-200 (49),
NusaX (12), xSID (17) and Tatoeba (56): 145 pairs of texts in one language from two data sets, 4,160
pairs in two languages of one script.

- `likeness` across data sets, one language: lowest 0.59 (Chinese commands full of English names
  against sentences), median 0.88, 95 % above 0.68. Two languages: median 0.32; Zulu and Xhosa 0.75,
  Portuguese and Spanish 0.79, Amharic and Tigrinya 0.84, Indonesian and Malay 0.91. So `unlike`
  speaks below 0.55: it accuses no pair of one language and finds 96 % of the pairs of two. It does
  accuse NTREX's Burmese (0.24 to SIB-200's), rightly: that is in the Zawgyi encoding.
- Two sides of a bitext: at most 0.90 in two languages (Tagalog and Cebuano), but 0.96 for Indonesian
  and Malay; British and American English 1.000, two ways to say a thing in one language (SICK) 0.999.
  So the sides are in one language from 0.98.
- Own reference against the other side's: of 13,269 triples (a text, a text in its language from
  another data set, a text of that set in another language), at most 6 come in the wrong order, by
  0.03 (Indonesian commands, Malay).
- The same of two data sets of one kind (NTREX-128 against SIB-200, all pairs of 19 languages in Latin
  script): the own reference is closer by at least 0.19 in the right order, the other one by at least
  0.19 in the wrong order; 0.11 and 0.155 in 6,000 draws of 20 to 100 texts. So the difference is
  plain from 0.15.
- Sets of one narrow topic are outside of this: 50 to 150 commands to a phone against news in the same
  language have 0.44 to 0.55, and are then closer to news in a close relative (Serbian and Croatian). So
  what refuses a run asks for more (`calque.evidence`).
- Identical rows: at most 28 % in real data (NusaX and PanLex word lists), below 1 % in sentences.
- Letters in a script of the language: at least 61 % (xSID Chinese), usually above 95 %.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np

from calque.languages.codes import Language, resolve
from calque.languages.scripts import script_shares, unicode_scripts

COPIED = 0.5  # share of identical rows from which one side is a copy of the other
IN_SCRIPT = 0.4  # share of letters in the language's scripts below which the script is wrong
UNLIKE = 0.55  # likeness below which two texts are in different languages
ONE_LANGUAGE = 0.98  # likeness of two sides from which they are in one language
MARGIN = 0.05  # by how much another reference must be closer than the own one
PLAIN = 0.15  # by how much it is where topics alike cannot explain it
UNRELATED = 0.92  # likeness that two languages do not pass, but for Indonesian and Malay
_SAMPLE = 2000  # texts looked at, evenly spread
_FEWEST = 20  # texts below which trigrams say nothing
_STEADY = 0.3  # closeness of a text's own halves below which there is too little text

_BUCKETS = 1 << 16
_POWER = 0.8
# Blocks whose characters stand for syllables or words, so that one of them says as much as three
# letters: Ethiopic, Cherokee, Canadian Syllabics, kana, Chinese characters, Yi, Vai.
_WEIGHTY = (
    (0x1200, 0x167F),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xA000, 0xA63F),
    (0x20000, 0x3FFFF),
)


def profile(texts: Iterable[str]) -> np.ndarray:
    """Letter trigrams of texts: frequencies to the power 0.8, [65536], scaled to length 1.

    Plain frequencies hang on few trigrams and square roots on the topic; 0.8 told languages apart
    best (the calibration above: 96 % of the pairs, against 70 to 90 % for square roots).

    Case, digits, punctuation and Unicode normalization do not matter. Trigrams are hashed to
    buckets; Chinese characters and syllabaries count one by one. Zeros where there are no letters.
    """
    counts = np.zeros(_BUCKETS)
    remaining = iter(texts)
    while some := list(islice(remaining, 4096)):
        counts += np.bincount(_hashed(" ".join(some)), minlength=_BUCKETS)
    damped = counts**_POWER
    length = np.linalg.norm(damped)
    return (damped / length if length else damped).astype(np.float32)


def closeness(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of two profiles, in [0, 1]; falls with the amount of text, see `likeness`."""
    return float(np.clip(a @ b, 0.0, 1.0))


def likeness(a: Sequence[str], b: Sequence[str]) -> float | None:
    """How alike two texts are, in units of how alike their own halves are; about 1 for one language.

    The halves interleave, and each is compared with the other half of the other text, so that
    rows which are translations of each other never meet. Hardly depends on the amount of text, but a
    few texts are of few topics.
    None where there is too little of it to tell: below 20 texts, or halves that differ too much.
    """
    halves = [_halves(texts) for texts in (a, b)]
    if None in halves:
        return None
    (a_even, a_odd), (b_even, b_odd) = halves  # type: ignore[misc]
    own = closeness(a_even, a_odd), closeness(b_even, b_odd)
    if min(own) < _STEADY:
        return None
    across = (closeness(a_even, b_odd) + closeness(a_odd, b_even)) / 2
    return across / float(np.sqrt(own[0] * own[1]))


def wrong_script(texts: Sequence[str], language: str | Language) -> str | None:
    """Why the texts are not in a script of the language, or None.

    Says nothing where CLDR does not know the language's scripts or the texts have no letters.
    """
    known = resolve(language)
    expected = {script for one in known.scripts for script in unicode_scripts(one)} - {"Zyyy"}
    shares = script_shares("\n".join(_sample(texts)))
    inside = sum(share for script, share in shares.items() if script in expected)
    if not expected or not shares or inside >= IN_SCRIPT:
        return None
    main, share = next(found for found in shares.items() if found[0] not in expected)
    return (
        f"{share:.0%} of the letters are {main}, {inside:.0%} in a script of {known.name} "
        f"({', '.join(known.scripts)})"
    )


def unlike(texts: Sequence[str], reference: Sequence[str]) -> str | None:
    """Why the texts cannot be in the reference's language, or None."""
    alike = likeness(texts, reference)
    if alike is None or alike >= UNLIKE:
        return None
    return f"letter trigrams are {alike:.2f} like the reference's, where one language gives {UNLIKE} to 1"


def wrong_side(
    source_texts: Sequence[str],
    target_texts: Sequence[str],
    source_reference: Sequence[str] | None = None,
    target_reference: Sequence[str] | None = None,
    *,
    source: str | Language = "und",
    target: str | Language = "und",
) -> str | None:
    """Why one side of a bitext is not in its language, or None: the first reason found.

    source_texts, target_texts: the two sides, row by row
    source_reference, target_reference: texts known to be in the two languages, any number
    source, target: the languages the sides are said to be in, for the check of scripts
    """
    return (
        _copied(source_texts, target_texts)
        or _said_of("source", wrong_script(source_texts, source))
        or _said_of("target", wrong_script(target_texts, target))
        or _one_language(source_texts, target_texts)
        or _against("source", source_texts, source_reference, target_reference)
        or _against("target", target_texts, target_reference, source_reference)
    )


def closer_to(
    texts: Sequence[str], own: Sequence[str], other: Sequence[str]
) -> tuple[float, float] | None:
    """Likeness to the own and to the other reference where the other is closer by `MARGIN`, or None."""
    to_own, to_other = likeness(texts, own), likeness(texts, other)
    if to_own is None or to_other is None or to_other <= to_own + MARGIN:
        return None
    return to_own, to_other


def copied_rows(source_texts: Sequence[str], target_texts: Sequence[str]) -> tuple[int, int]:
    """How many rows of a sample are the same on both sides, and how many have letters."""
    rows = [
        (one.strip().casefold(), other.strip().casefold())
        for one, other in zip(_sample(source_texts), _sample(target_texts), strict=False)
        if any(map(str.isalpha, one))
    ]
    return sum(one == other for one, other in rows), len(rows)


def _copied(source_texts: Sequence[str], target_texts: Sequence[str]) -> str | None:
    same, rows = copied_rows(source_texts, target_texts)
    if not rows or same < COPIED * rows:
        return None
    return f"{same / rows:.0%} of the rows are the same on both sides ({same} of {rows})"


def _one_language(source_texts: Sequence[str], target_texts: Sequence[str]) -> str | None:
    alike = likeness(source_texts, target_texts)
    if alike is None or alike < ONE_LANGUAGE:
        return None
    return (
        f"both sides look like one language: letter trigrams are {alike:.2f} alike, where different "
        f"languages stay below {ONE_LANGUAGE}"
    )


def _against(
    side: str, texts: Sequence[str], own: Sequence[str] | None, other: Sequence[str] | None
) -> str | None:
    """Compare a side with its own reference and, where there is one, the other side's."""
    found = closer_to(texts, own, other) if own is not None and other is not None else None
    if found:
        opposite = "target" if side == "source" else "source"
        return (
            f"{side} side is {found[1]:.2f} like the {opposite} reference but only {found[0]:.2f} like "
            "its own"
        )
    return _said_of(side, unlike(texts, own)) if own is not None else None


def _said_of(side: str, reason: str | None) -> str | None:
    return f"{side} side: {reason}" if reason else None


def _halves(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray] | None:
    sample = tuple(_sample(texts))
    return _profiled(sample) if len(sample) >= _FEWEST else None


@lru_cache(maxsize=8)  # a few texts are each compared with all others
def _profiled(sample: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    return profile(sample[0::2]), profile(sample[1::2])


def _sample(texts: Sequence[str]) -> list[str]:
    """Texts evenly spread over the whole, the same places for sides of one length."""
    if len(texts) <= _SAMPLE:
        return list(texts)
    return [texts[int(place)] for place in np.linspace(0, len(texts) - 1, _SAMPLE)]


def _hashed(text: str) -> np.ndarray:
    """Bucket of every trigram in a text that is not centered on a space."""
    not_letters, space_in_spaceless = _patterns()
    # decomposed: Hangul becomes letters, and tone marks count whether or not they were composed
    text = unicodedata.normalize("NFD", text.casefold())
    text = space_in_spaceless.sub("", f" {not_letters.sub(' ', text).strip()} ")
    points = np.frombuffer(f"{text}  ".encode("utf-32-le", "surrogatepass"), np.uint32)
    left, middle, right = points[:-2], points[1:-1], points[2:]
    weighty = np.zeros(len(middle), bool)
    for first, last in _WEIGHTY:
        weighty |= (middle >= first) & (middle <= last)
    left, right = np.where(weighty, 0, left), np.where(weighty, 0, right)
    # any mixing of bits will do; these odd constants spread neighbors well
    mixed = (
        left.astype(np.uint32) * np.uint32(0x9E3779B1)
        ^ middle * np.uint32(0x85EBCA6B)
        ^ right.astype(np.uint32) * np.uint32(0xC2B2AE35)
    )
    mixed = (mixed ^ mixed >> np.uint32(15)) * np.uint32(0x2C1B3C6D)
    return (mixed >> np.uint32(16))[middle != ord(" ")]


@lru_cache(maxsize=1)
def _patterns():
    """What is no letter; a space after a character of a script without spaces (segmented text)."""
    import regex

    spaceless = r"[\p{Hani}\p{Hira}\p{Kana}\p{Thai}\p{Laoo}\p{Khmr}\p{Mymr}ー]\p{M}*"
    return regex.compile(r"[^\p{L}\p{M}]+"), regex.compile(rf"(?<={spaceless}) ")
