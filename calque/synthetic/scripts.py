"""Writing: the same sounds in real scripts. Letters stand for sounds; no orthography is claimed.

Every script writes two different words differently, so that writing loses nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from calque.errors import BadSetting, UnknownName
from calque.registry import near
from calque.synthetic.roots import CONSONANTS, SOUNDS, VOWELS

_SYLLABLE = re.compile(f"([{CONSONANTS}]?)([{VOWELS}]?)")


@dataclass(frozen=True, eq=False)
class Script:
    """A way of writing words.

    code:           ISO 15924
    write:          sounds to letters
    stop, question: signs at the end of a sentence
    cased:          names take a capital
    spaced:         words are set apart by spaces
    """

    code: str
    write: Callable[[str], str]
    stop: str = "."
    question: str = "?"
    cased: bool = False
    spaced: bool = True


def script(code: str) -> Script:
    """The script of this ISO 15924 code; UnknownName with the nearest there is."""
    if code not in SCRIPTS:
        raise UnknownName(
            f"synthetic family: no script '{code}'{near(code, list(SCRIPTS))}; "
            f"there are: {', '.join(SCRIPTS)}"
        )
    return SCRIPTS[code]


def _alphabet(letters: str) -> Callable[[str], str]:
    """One letter per sound, in the order of `SOUNDS`."""
    table = str.maketrans(SOUNDS, letters)
    return lambda word: word.translate(table)


def _abugida(consonants: str, initial: str, signs: str, silent: str) -> Callable[[str], str]:
    """Consonant letters imply the vowel a; signs change it, `silent` removes it.

    initial: vowel letters without a consonant; signs: of e, i, o, u
    """
    letter = dict(zip(CONSONANTS, consonants, strict=True))
    alone = dict(zip(VOWELS, initial, strict=True))
    sign = {"": silent, "a": ""} | dict(zip(VOWELS[1:], signs, strict=True))

    def write(word: str) -> str:
        pairs = _SYLLABLE.findall(word)
        return "".join(letter[c] + sign[v] if c else alone[v] if v else "" for c, v in pairs)

    return write


def _thai(word: str) -> str:
    """e and o stand before their consonant; a vowel without one leans on o ang."""
    text = ""
    for consonant, vowel in _SYLLABLE.findall(word):
        letter = _THAI_LETTERS[consonant] if consonant else "อ" if vowel else ""
        before, after = _THAI_VOWELS[vowel]
        text += before + letter + after
    return text


_THAI_LETTERS = dict(zip(CONSONANTS, "ปบตดกคมนสซฟวหลรยชฉ", strict=True))
_THAI_VOWELS = {
    "": ("", ""),
    "a": ("", "า"),
    "e": ("เ", ""),
    "i": ("", "ิ"),
    "o": ("โ", ""),
    "u": ("", "ุ"),
}


def _hangul(word: str) -> str:
    """Syllable blocks; a consonant that can close no syllable gets the vowel eu."""
    blocks: list[list[int]] = []
    for consonant, vowel in _SYLLABLE.findall(word):
        if vowel:
            blocks.append([_LEADS[consonant], _MIDDLES[vowel], 0])
        elif consonant and blocks and blocks[-1][2] == 0 and blocks[-1][1] != _FILLER:
            blocks[-1][2] = _TAILS[consonant]
        elif consonant:
            blocks.append([_LEADS[consonant], _FILLER, 0])
    return "".join(chr(0xAC00 + (lead * 21 + middle) * 28 + tail) for lead, middle, tail in blocks)


_FILLER = 18
_MIDDLES = {"a": 0, "e": 5, "i": 20, "o": 8, "u": 13}
_LEADS = dict(
    zip(CONSONANTS, (17, 7, 16, 3, 15, 0, 6, 2, 9, 12, 8, 4, 18, 5, 1, 13, 14, 10), strict=True)
) | {"": 11}
_TAILS = dict(
    zip(CONSONANTS, (26, 17, 25, 7, 24, 1, 16, 4, 19, 22, 18, 5, 27, 8, 2, 21, 23, 20), strict=True)
)


def _ethiopic(word: str) -> str:
    """One letter per syllable: the row is the consonant, the place in the row the vowel."""
    pairs = _SYLLABLE.findall(word)
    return "".join(chr(_ROWS[c] + _PLACES[v]) for c, v in pairs if c or v)


_ROWS = {"": 0x12A0} | {
    sound: ord(letter) for sound, letter in zip(CONSONANTS, "ፐበተደከገመነሰዘፈቨሀለረየቸሸ", strict=True)
}
_PLACES = {"u": 1, "i": 2, "a": 3, "e": 4, "": 5, "o": 6}

SCRIPTS = {
    entry.code: entry
    for entry in (
        Script("Latn", _alphabet(SOUNDS), cased=True),
        Script("Cyrl", _alphabet("аеиоупбтдкгмнсзфвхлрйцш"), cased=True),
        Script("Grek", _alphabet("αειουπβτδκγμνσζφψηλρθξχ"), question=";", cased=True),
        Script("Armn", _alphabet("աեիուպբտդկգմնսզֆվհլրյցշ"), "։", "՞", cased=True),
        Script("Geor", _alphabet("აეიოუპბტდკგმნსზფვჰლრჲცშ")),
        Script("Arab", _alphabet("اەیۆوپبتدکگمنسزفڤهلرېچش"), question="؟"),
        Script("Hebr", _alphabet("אעיוחפבטדקגמנסזכװהלרײצש")),
        Script("Deva", _abugida("पबतदकगमनसजफवहलरयचश", "अएइओउ", "ेिोु", "्"), "।"),
        Script("Beng", _abugida("পবতদকগমনসজফভহলরযচশ", "অএইওউ", "েিোু", "্"), "।"),
        Script("Thai", _thai, spaced=False),
        Script("Hang", _hangul),
        Script("Ethi", _ethiopic, "።", "፧"),
    )
}

# Blocks of letters for clones, used by none of the scripts above; with signs of their own.
_BLOCKS = (
    ("Yiii", 0xA016, 1143, "᙮᛫"),
    ("Egyp", 0x13000, 1071, "꘎꘏"),
    ("Xsux", 0x12000, 922, "᭞᭟"),
    ("Tang", 0x17000, 1200, "᱾᱿"),
    ("Tang", 0x17500, 1200, "꧁꧂"),
    ("Tang", 0x17A00, 1200, "᪨᪩"),
    ("Tang", 0x17F00, 1200, "꡶꡷"),
    ("Tang", 0x18400, 1000, "꣎꣏"),
)
MOST_CLONES = len(_BLOCKS)


def clone_letters(alphabet: str, number: int, original: Script) -> tuple[Script, dict[int, str]]:
    """A script without a letter in common with any other, and the table that turns `alphabet` into it.

    alphabet: every character that words of the original use, each once, in a fixed order
    number:   which clone of the family this is, from 0
    """
    code, start, room, signs = _BLOCKS[number]
    letters = [letter for letter in alphabet if letter not in original.stop + original.question]
    if len(letters) > room:
        raise BadSetting(
            f"synthetic family: {len(letters)} letters are too many to clone into {code}"
        )
    table = {ord(letter): chr(start + i) for i, letter in enumerate(letters)}
    table |= {ord(original.stop): signs[0], ord(original.question): signs[1]}
    write = original.write
    return (
        Script(
            code,
            lambda word: write(word).translate(table),
            signs[0],
            signs[1],
            spaced=original.spaced,
        ),
        table,
    )
