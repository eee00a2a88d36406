"""Maltese in Arabic letters, and where its words begin and end.

The correspondence of letters is that of Micallef et al. 2023, "Exploring the Impact of
Transliteration on NLP Performance: Treating Maltese as an Arabic Dialect", appendix A,
https://aclanthology.org/2023.cawl-1.4, with the additions of Micallef et al. 2024
(https://aclanthology.org/2024.eacl-long.61); the order of the choices is ours.
"""

import unicodedata
from functools import lru_cache

from calque.languages.respelling import Respelling
from calque.languages.words import Word, folded, words

# Arabic letters that a Maltese one may stand for; the first is taken where nothing else is known.
_LETTERS = """
b ب; c ك; ċ تش; d د ذ ض ظ; f ف; g ج; ġ ج; għ ع غ; h ه; ħ ح خ; j ي; k ك; l ل; m م; n ن; p ب; q ق
r ر; s س ص; t ت ط ث; v ف; w و; x ش; y ي; z دز; ż ز; ' ع; ’ ع
"""
_DOUBLED = {"d": "دذض", "t": "تط"}  # where a doubled letter has fewer readings than a single one
# A vowel within a word is short, and so not written, or long. `ie` is always long.
_INSIDE = {"a": ("", "ا"), "e": ("", "ا"), "i": ("", "ي"), "o": ("", "و"), "u": ("", "و")}
_AT_THE_END = {"a": "ة ا ه ى", "e": "ي", "i": "ي", "o": "و", "u": "و وا ه"}
_ACCENTED = {"a": "àáâä", "e": "èéêë", "i": "ìíîï", "o": "òóôö", "u": "ùúûü"}
_SIGNS = dict(zip("0123456789?,;%", "٠١٢٣٤٥٦٧٨٩؟،؛٪", strict=True))

# Prepositions with the article, by what stands before its l, which is written like the next consonant.
_WITH_ARTICLE = {
    "i": "ال", "": "ال", "bi": "بال", "b": "بال", "fi": "فال", "f": "فال", "għa": "عال", "li": "لل",
    "mi": "مال", "ma": "مال", "sa": "سال", "ta": "تاع ال", "bħa": "بحال ال", "ġo": "جوا ال",
    "da": "دال", "di": "دال",
}  # fmt: skip
_ARTICLES = ["l", "t", "s", "d", "n", "r", "x", "ċ", "ż", "z"]
_DOUBLE_L = (
    ("bħall-", "بحال ال"),
    ("għall-", "عال"),
    ("mill-", "مال"),
    ("lill-", "لل"),
    ("ġoll-", "جوا ال"),
)
_CLITICS = {
    "b'": "ب", "f'": "ف", "s'": "س", "x'": "شي", "t'": "تاع", "m'": "ما", "l'": "اللي", "bi-": "بال",
    "ta'": "تاع", "ma'": "مع", "sa'": "سع", "bla-": "بلا",
}  # fmt: skip
_WORDS = {
    "li": "اللي",
    "u": "و",
    "lil": "ل",
    "xi": "شي",
    "kienu": "كانوا",
    "huma": "هما",
    "jew": "أو",
}


@lru_cache(maxsize=1)
def to_arabic() -> Respelling:
    """Maltese letters to Arabic ones, articles, prepositions and commonest words as wholes."""
    rules: dict[str, tuple[str, ...]] = {}
    for entry in _LETTERS.replace("\n", ";").split(";"):
        letter, *choices = entry.split() or [""]
        if letter:
            rules[letter] = tuple(choices)
    for letter in [one for one in rules if len(one) == 1 and one.isalpha()]:
        rules[letter * 2] = tuple(_DOUBLED.get(letter, rules[letter]))  # written once
    for vowel, choices in _INSIDE.items():
        for spelled in (vowel, *_ACCENTED[vowel]):
            rules[spelled] = choices
            rules[f"^{spelled}"] = ("ا", "آ") if vowel == "a" else ("ا",)
            rules[f"{spelled}$"] = tuple(_AT_THE_END[vowel].split())
    rules |= {"ie": ("ا",), "ha$": ("ها", "هة", "هه", "هى")}  # mostly the pronoun "her"
    rules |= {sign: (other,) for sign, other in _SIGNS.items()}
    rules |= {f"^{word}$": (other,) for word, other in (_clitics() | _WORDS).items()}
    return Respelling(rules)


@lru_cache(maxsize=1)
def _clitics() -> dict[str, str]:
    """Everything that is written together with the next word, mark included."""
    found = {
        f"{stem}{article}-": arabic
        for stem, arabic in _WITH_ARTICLE.items()
        for article in _ARTICLES
    }
    return found | dict(_DOUBLE_L) | _CLITICS


def split(text: str) -> list[Word]:
    """The words of Maltese text; articles and prepositions keep their mark: il-, belt; f', idejna."""
    found: list[Word] = []
    for word in words(text):
        if found and word.start == found[-1].end and word.text in "-'’‘":
            before = found[-1]
            if _plain(before.text + word.text) in _clitics():
                found[-1] = Word(before.text + word.text, before.start, word.end)
                continue
        found += _parted(word)
    return found


def _parted(word: Word) -> list[Word]:
    """`m'għandux` is m' and għandux."""
    for mark in "'’‘":
        left, inside, _ = word.text.partition(mark)
        if inside and _plain(left + inside) in _clitics():
            middle = word.start + len(left) + 1
            rest = Word(word.text[len(left) + 1 :], middle, word.end)
            return [Word(left + inside, word.start, middle), *([rest] if rest.text else [])]
    return [word]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", folded(word).replace("’", "'").replace("‘", "'"))
