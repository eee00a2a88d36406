import itertools
import unicodedata

import pytest

from calque.errors import UnknownName
from calque.synthetic.roots import CONSONANTS, SOUNDS, VOWELS
from calque.synthetic.scripts import SCRIPTS, clone_letters, script

BLOCKS = {
    "Latn": "LATIN",
    "Cyrl": "CYRILLIC",
    "Grek": "GREEK",
    "Armn": "ARMENIAN",
    "Geor": "GEORGIAN",
    "Arab": "ARABIC",
    "Hebr": "HEBREW",
    "Deva": "DEVANAGARI",
    "Beng": "BENGALI",
    "Thai": "THAI",
    "Hang": "HANGUL",
    "Ethi": "ETHIOPIC",
}
SHORT = [
    "".join(letters)
    for length in (1, 2, 3)
    for letters in itertools.product("aeikxt", repeat=length)
]
WORDS = [*SHORT, *SOUNDS, *(c + v for c in CONSONANTS for v in VOWELS), "katoxil", "paunxre"]


@pytest.mark.parametrize("code", SCRIPTS)
def test_words_stay_apart_in_letters_of_the_script(code):
    written = [script(code).write(word) for word in dict.fromkeys(WORDS)]
    assert len(set(written)) == len(written)
    text = "".join(written)
    assert {unicodedata.name(letter).split()[0] for letter in text} == {BLOCKS[code]}
    assert unicodedata.normalize("NFC", text) == text
    assert all(unicodedata.category(letter)[0] in "LM" for letter in text)


@pytest.mark.parametrize(
    ("code", "word", "text"),
    [
        ("Latn", "namaste", "namaste"),
        ("Cyrl", "moxka", "мошка"),
        ("Deva", "namasi", "नमसि"),
        ("Deva", "akti", "अक्ति"),
        ("Thai", "tele", "เตเล"),
        ("Thai", "okan", "โอกาน"),  # o alone leans on o ang
        ("Hang", "nap", "낲"),
        ("Hang", "namu", "나무"),
        ("Ethi", "salam", "ሳላም"),
        ("Arab", "bar", "بار"),
        ("Hebr", "alo", "אלו"),
    ],
)
def test_words_that_can_be_read(code, word, text):
    assert script(code).write(word) == text


def test_right_to_left_and_unspaced_scripts_are_among_them():
    assert unicodedata.bidirectional(script("Arab").write("a")) == "AL"
    assert unicodedata.bidirectional(script("Hebr").write("a")) == "R"
    assert [code for code, entry in SCRIPTS.items() if not entry.spaced] == ["Thai"]


def test_clone_letters_are_new_letters_one_to_one():
    seen = set()
    for number in range(8):
        clone, table = clone_letters("abc.?", number, script("Latn"))
        assert set(table) == set(map(ord, "abc.?"))
        assert {clone.stop, clone.question} == {table[ord(".")], table[ord("?")]}
        letters = set(table.values())
        assert len(letters) == 5 and not letters & seen
        assert {unicodedata.category(table[ord(letter)]) for letter in "abc"} == {"Lo"}
        seen |= letters
    assert not seen & {c for entry in SCRIPTS.values() for c in entry.write("".join(WORDS))}


def test_unknown_script_names_the_nearest():
    with pytest.raises(UnknownName, match="no script 'Latin'; did you mean Latn"):
        script("Latin")
