"""Scripts of characters and texts, as ISO 15924 codes, and which way they run.

A character's script is Unicode's property Script (UAX #24). Characters that many scripts share
(spaces, digits, most punctuation, combining marks, emoji) have none and do not count.
"""

from collections import Counter
from functools import lru_cache

# Every script that Unicode 15 encodes, the frequent ones first.
_ENCODED = """
Latn Cyrl Arab Hani Deva Grek Hebr Hang Hira Kana Thai Ethi Beng Taml Telu Mymr Geor Armn Khmr Sinh
Tibt Gujr Knda Mlym Guru Orya Laoo Nkoo Thaa Syrc Mong Tfng Cher Cans Olck
Adlm Aghb Ahom Armi Avst Bali Bamu Bass Batk Bhks Bopo Brah Brai Bugi Buhd Cakm Cari Cham Chrs Copt
Cpmn Cprt Diak Dogr Dsrt Dupl Egyp Elba Elym Glag Gong Gonm Goth Gran Hano Hatr Hluw Hmng Hmnp Hung
Ital Java Kali Kawi Khar Khoj Kits Kthi Lana Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani
Marc Medf Mend Merc Mero Modi Mroo Mtei Mult Nagm Nand Narb Nbat Newa Nshu Ogam Orkh Osge Osma Ougr
Palm Pauc Perm Phag Phli Phlp Phnx Plrd Prti Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd Sind
Sogd Sogo Sora Soyo Sund Sylo Tagb Takr Tale Talu Tang Tavt Tglg Tirh Tnsa Toto Ugar Vaii Vith Wara
Wcho Xpeo Xsux Yezi Yiii Zanb
"""

# Unicode's bidirectional classes R and AL, script by script.
_RIGHT_TO_LEFT = """
Adlm Arab Aran Armi Avst Chrs Cprt Elym Gara Hatr Hebr Hung Khar Lydi Mand Mani Mend Merc Mero Narb
Nbat Nkoo Orkh Ougr Palm Phli Phlp Phnx Prti Rohg Samr Sarb Sogd Sogo Syrc Syre Syrj Syrn Thaa Yezi
"""
RIGHT_TO_LEFT = frozenset(_RIGHT_TO_LEFT.split())

# ISO 15924 codes of writing systems and styles -> the Unicode scripts of their characters.
_COMPOSED = {
    "Aran": ("Arab",),
    "Cyrs": ("Cyrl",),
    "Hanb": ("Hani", "Bopo"),
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Hrkt": ("Hira", "Kana"),
    "Jamo": ("Hang",),
    "Jpan": ("Hani", "Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
    "Latf": ("Latn",),
    "Latg": ("Latn",),
    "Syre": ("Syrc",),
    "Syrj": ("Syrc",),
    "Syrn": ("Syrc",),
}


def script_shares(text: str) -> dict[str, float]:
    """Share of each script among the characters that have one, the largest first.

    Shares lie in (0, 1] and sum to 1. Empty where no character has a script. Chinese is Hani,
    Japanese a mix of Hira, Kana and Hani, Korean Hang.
    """
    counts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        script = _SCRIPT_OF[character]
        if script:
            counts[script] += count
    total = counts.total()
    return {script: count / total for script, count in counts.most_common()}


def dominant_script(text: str) -> str | None:
    """The script of most characters that have one, None where none has."""
    return next(iter(script_shares(text)), None)


def direction(text: str) -> str:
    """ "rtl" where more than half of the characters that have a script run right to left, else "ltr"."""
    shares = script_shares(text)
    backward = sum(share for script, share in shares.items() if script in RIGHT_TO_LEFT)
    return "rtl" if backward > 0.5 else "ltr"


def unicode_scripts(script: str) -> tuple[str, ...]:
    """The scripts that `script_shares` finds in text of this script: Hani, Hira, Kana for Jpan."""
    return _COMPOSED.get(script, (script,))


class _ScriptOf(dict[str, str]):
    """Character -> script, or "" for none; looked up once per character."""

    def __missing__(self, character: str) -> str:
        found = _one_of_them().match(character)
        self[character] = script = (found.lastgroup or "") if found else ""
        return script


_SCRIPT_OF = _ScriptOf()


@lru_cache(maxsize=1)
def _one_of_them():
    import regex  # Python's own unicodedata has no script property

    return regex.compile("|".join(rf"(?P<{one}>\p{{Script={one}}})" for one in _ENCODED.split()))
