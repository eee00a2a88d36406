import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calque.languages.scripts import direction, dominant_script, script_shares, unicode_scripts


def test_shares_by_hand():
    assert script_shares("abc да!") == {"Latn": 0.6, "Cyrl": 0.4}
    assert script_shares("日本の") == {"Hani": pytest.approx(2 / 3), "Hira": pytest.approx(1 / 3)}
    assert list(script_shares("xдд")) == ["Cyrl", "Latn"]  # the largest first


@pytest.mark.parametrize(
    "text", ["", " \t\n", "123 4,5", "!?…", "🙂👍🏽", "\u0301", "\u200b\ufeff", "\ud800"]
)
def test_shared_characters_have_no_script(text):
    assert script_shares(text) == {}
    assert dominant_script(text) is None
    assert direction(text) == "ltr"


@pytest.mark.parametrize(
    "text, script",
    [
        ("Ẹ kú àárọ̀", "Latn"),
        (unicodedata.normalize("NFD", "Ẹ kú àárọ̀"), "Latn"),
        ("Привет world", "Cyrl"),
        ("שָׁלוֹם", "Hebr"),
        ("سلام", "Arab"),
        ("नमस्ते", "Deva"),
        ("ສະບາຍດີ", "Laoo"),
        ("မြန်မာ", "Mymr"),
        ("ខ្មែរ", "Khmr"),
        ("བོད་ཡིག", "Tibt"),
        ("ߒߞߏ", "Nkoo"),
        ("ሰላም", "Ethi"),
        ("한국어", "Hang"),
        ("ᏣᎳᎩ", "Cher"),
        ("ⲁⲛⲟⲕ", "Copt"),
        ("ܫܠܡܐ", "Syrc"),
        ("ⵜⴰⵎⴰⵣⵉⵖⵜ", "Tfng"),
        ("ᱥᱟᱱᱛᱟᱲᱤ", "Olck"),
        ("ꦗꦮ", "Java"),
        ("𞤆𞤵𞤤𞤢𞤪", "Adlm"),
    ],
)
def test_dominant_script(text, script):
    assert dominant_script(text) == script
    assert direction(text) == (
        "rtl" if script in {"Hebr", "Arab", "Nkoo", "Syrc", "Adlm"} else "ltr"
    )


def test_direction_follows_the_majority():
    assert direction("שלום ab") == "rtl"
    assert direction("שלום abcde") == "ltr"


def test_direction_agrees_with_unicode_bidirectional_classes():
    strong = {"L": "ltr", "R": "rtl", "AL": "rtl"}
    checked, wrong = 0, set()
    for point in range(0x20000):
        character = chr(point)
        script = dominant_script(character)
        if script and unicodedata.category(character)[0] == "L":
            checked += 1
            if strong.get(unicodedata.bidirectional(character), "ltr") != direction(character):
                wrong.add(script)
    assert checked > 30_000 and wrong == set()


def test_composed_scripts():
    assert set(unicode_scripts("Jpan")) == {"Hani", "Hira", "Kana"}
    assert unicode_scripts("Hant") == ("Hani",)
    assert unicode_scripts("Latn") == ("Latn",)


@given(st.text())
def test_shares_sum_to_one_or_are_empty(text):
    shares = script_shares(text)
    assert not shares or sum(shares.values()) == pytest.approx(1)
    assert all(0 < share <= 1 for share in shares.values())


def test_huge_text():
    assert script_shares("я" * 2_000_000 + "a" * 2_000_000) == {"Cyrl": 0.5, "Latn": 0.5}
