"""One name for each language, whatever code a data set uses.

The canonical code is ISO 639-3. Where a macrolanguage and its dominant member are written as one
language (`swa` and `swh`, `ara` and `arb`, `zho` and `cmn`), FLORES-200's choice is canonical:
`swh`, `arb`, `zho`, `pes`, `azj`, `est`, `lvs`, `zsm`, `khk`, `gaz`, `grn`, `uzn`, `nob`, `als`,
`plt`, `ory`, `npi`, `ydd`, `kmr`, `pbt`, `tgl`; `calque.languages.aliases` has the whole list.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from calque.errors import UnknownName
from calque.languages import aliases
from calque.languages.scripts import RIGHT_TO_LEFT


@dataclass(frozen=True)
class Language:
    """A language in a script; equal if and only if both are. Made by `resolve`.

    code:   ISO 639-3, canonical (see the module); "und" where undetermined
    script: ISO 15924, or None for the language's default script
    """

    code: str
    script: str | None = None

    @property
    def tag(self) -> str:
        """`srp`, or `srp_Latn` where the script is not the default."""
        return self.code if self.script is None else f"{self.code}_{self.script}"

    @property
    def bcp47(self) -> str:
        """Shortest BCP-47 tag, as CLDR, browsers and translators know it: `sw`, `sr-Latn`."""
        return _cldr_tag(self.code) + (f"-{self.script}" if self.script else "")

    @property
    def default_script(self) -> str:
        """ISO 15924 code of the usual script; Latn where CLDR is silent, Zyyy for "und"."""
        return _default_script(self.code)

    @property
    def written_in(self) -> str:
        """ISO 15924 code of this language's script, default or not; composed ones are Jpan, Kore, Hans."""
        return self.script or self.default_script

    @property
    def direction(self) -> str:
        """ "rtl" or "ltr", by script."""
        return "rtl" if self.written_in in RIGHT_TO_LEFT else "ltr"

    @property
    def name(self) -> str:
        """English name, with the script in brackets where it is not the default."""
        return _names(self)[0]

    @property
    def endonym(self) -> str:
        """Own name, where CLDR knows it, else the English one."""
        return _names(self)[1]

    @property
    def speakers(self) -> int:
        """CLDR's estimate of the number of speakers; 0 where it has none."""
        return _langcodes().Language.get(_cldr_tag(self.code), False).speaking_population()

    @property
    def scripts(self) -> tuple[str, ...]:
        """Every script, ISO 15924, in which CLDR says the language is written; () where it is silent.

        A language in a script that is not its default has that script only.
        """
        if self.script:
            return (self.script,)
        listed = _listed_scripts().get(_cldr_tag(self.code).split("-")[0], ())
        likely = (_default_script(self.code),) if _likely_script(self.code) or listed else ()
        return tuple(dict.fromkeys(likely + listed))

    def __str__(self) -> str:
        return self.tag


@lru_cache(maxsize=4096)
def resolve(code: str | Language) -> Language:
    """Find the language that a code or an English name means.

    Takes BCP-47 (`sr-Latn`, `zh-Hant-TW`, `es-419`), ISO 639-1, -2T, -2B and -3, locales (`pt_BR`),
    FLORES tags (`swa_Latn`), UD treebanks (`UD_English-EWT`, `en_ewt`), English names (`Swahili`,
    `toba_batak`, `Serbian (Latin)`) and the habits of known data sets (`jp`, `cb_IQ`). Letter case
    does not matter, except that `de-ba` and `de-st` are xSID's dialects and `de-BA` is a locale.
    A code wins over a name (`mon` is Mongolian, not Mon). A region counts only for the script that
    it implies (`zh_TW` is `zho_Hant`), other subtags are checked and dropped.

    Raises UnknownName, with the nearest language known.
    """
    if isinstance(code, Language):
        return code
    text = code.strip()
    found = _by_habit(text) or _by_tag(text) or _by_name(text) or _by_treebank(text)
    if found is None:
        shown = repr(code if len(code) <= 40 else f"{code[:40]}…")
        raise UnknownName(f"no language {shown}{_suggestion(text[:80])}")
    return found


def same(a: str | Language, b: str | Language) -> bool:
    """Whether two codes or names mean one language in one script."""
    return resolve(a) == resolve(b)


def _by_habit(text: str) -> Language | None:
    """Codes that known data sets use against the standards."""
    if text in aliases.NICKNAMES:
        return Language(aliases.NICKNAMES[text])
    first, mark, rest = text.partition("_")
    if mark and re.fullmatch("[A-Z]{2}", rest) and first in aliases.NICKNAMES:  # ns_ZA
        return Language(aliases.NICKNAMES[first])
    return None


def _by_tag(text: str) -> Language | None:
    """Anything that is a valid BCP-47 tag once ISO 639-2B and -3 codes count as languages."""
    tag = text.replace("_", "-")
    if not re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag):
        return None
    codes = _langcodes()
    from langcodes.tag_parser import LanguageTagError

    kept = tag.split("-")[0].lower() in aliases.KEPT_APART
    try:
        parsed = codes.Language.get(tag, normalize=not kept)
    except LanguageTagError:
        return None
    if parsed.extlangs or not parsed.is_valid():
        return None
    if parsed.language is None:
        return Language("und", parsed.script) if tag.lower().startswith("und") else None
    plain = codes.Language.get(parsed.language, normalize=False)
    code = parsed.language if len(parsed.language) == 3 else plain.to_alpha3()
    code = aliases.CANONICAL.get(code, code)
    script = parsed.script
    if script is None and parsed.territory:
        script = _script_in(parsed.language, parsed.territory)
    return _in_script(code, script)


def _by_name(text: str) -> Language | None:
    """An English name, perhaps with a script: `Toba Batak`, `UD_Ancient_Greek-PROIEL`, `Serbian (Latin)`."""
    treebank = re.fullmatch(r"(?:UD|UNER)_(\w+)-\w+", text)
    if treebank and text.lower().endswith("-nynorsk"):
        return Language("nno")
    name = " ".join(re.split(r"[\s_]+", treebank.group(1) if treebank else text)).casefold()
    if name in aliases.NAMES:
        return Language(aliases.NAMES[name])
    _langcodes()
    from language_data.names import name_to_code

    script = None
    bracket = re.fullmatch(r"(.+) \((.+)\)", name)
    if bracket and (script := name_to_code("script", bracket.group(2), "en")):
        name = bracket.group(1)
    code = name_to_code("language", name, "en") if name.isprintable() and len(name) > 3 else None
    found = _by_tag(code) if code and not _cut_inside_a_word(name) else None
    return _in_script(found.code, script or found.script) if found else None


def _cut_inside_a_word(name: str) -> bool:
    """Whether no more than the beginning of a word of it is a name: `frenchx` is not French."""
    from language_data.names import normalize_name

    known, looked_up = _english_trie(), normalize_name(name)
    longest: str = max(known.prefixes(looked_up), key=len, default="")
    return looked_up[len(longest) :][:1].isalpha() and longest[-1:].isalpha()


def _by_treebank(text: str) -> Language | None:
    """A UD short name such as `en_ewt` or `en_ewt-ud-train`."""
    parts = re.fullmatch("([a-z]{2,3})_[a-z0-9]{2,}(-ud(-[a-z]+)?)?", text)
    return _by_tag(parts.group(1)) if parts else None


def _in_script(code: str, script: str | None) -> Language:
    default = _default_script(code)
    if script == default or default in aliases.SAME_SCRIPT.get(script or "", ()):
        script = None
    return Language(code, "Arab" if script == "Aran" else script)  # Nastaliq: the same characters


def _suggestion(text: str) -> str:
    """The nearest language by code or name, as `; did you mean Swahili (swh)?`, or nothing."""
    import difflib

    first = re.split("[-_]", text)[0].lower()
    if (found := _by_tag(first)) and first != text.lower():
        return f": {text[len(first) + 1 :]!r} is no script or region; did you mean {found.name} ({found.code})?"
    if len(first) <= 3:
        near = [language for one in _one_edit_away(first) if (language := _by_tag(one))]
        spoken = [language for language in near if language.speakers]
        found = max(spoken, key=lambda language: language.speakers, default=None)
    else:
        known = [*_english_names(), *aliases.NAMES]
        names = difflib.get_close_matches(text.replace("_", " ").casefold(), known, n=1, cutoff=0.7)
        found = _by_name(names[0]) if names else None
    return f"; did you mean {found.name} ({found.code})?" if found else ""


def _english_names() -> list[str]:
    """Every English name of a language that `language_data` knows, folded."""
    return _english_trie().keys()


@lru_cache(maxsize=1)
def _english_trie() -> Any:
    from language_data.names import load_trie
    from language_data.util import data_filename

    return load_trie(data_filename("trie/en/name_to_language.marisa"))


def _one_edit_away(code: str) -> list[str]:
    """Codes that differ in the last letter, or have two letters swapped or one too many."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    changed = [code[:-1] + letter for letter in letters] + [code[:2], code[::-1]]
    swapped = [code[: i - 1] + code[i] + code[i - 1] + code[i + 1 :] for i in range(1, len(code))]
    return [one for one in changed + swapped if re.fullmatch("[a-z]{2,3}", one)]


def _langcodes():
    # 40 ms with its tables: not at import, so that `calque --help` stays quick
    import langcodes

    return langcodes


def _cldr_tag(code: str) -> str:
    """The language subtag under which CLDR keeps facts: `sw` for swh, `de` for deu, `yue` for yue."""
    if code in aliases.ONE_LANGUAGE:
        return aliases.ONE_LANGUAGE[code][0]
    if code in aliases.KEPT_APART:
        return code
    return _langcodes().Language.get(code).to_tag()


def _likely_script(code: str) -> str | None:
    """Script by CLDR's likely subtags, or the macrolanguage's where a member is not listed."""
    if code in aliases.DEFAULT_SCRIPTS:
        return aliases.DEFAULT_SCRIPTS[code]
    _langcodes()
    from langcodes.data_dicts import LIKELY_SUBTAGS, MACROLANGUAGES

    tag = _cldr_tag(code)
    for subtag in (tag, code, MACROLANGUAGES.get(tag)):
        if subtag in LIKELY_SUBTAGS:
            return LIKELY_SUBTAGS[subtag].split("-")[1]
    return None


@lru_cache(maxsize=4096)
def _default_script(code: str) -> str:
    return "Zyyy" if code == "und" else _likely_script(code) or "Latn"


def _script_in(subtag: str, territory: str) -> str | None:
    """Script that a region implies, where it does: Hant for zh in TW."""
    from langcodes.data_dicts import LIKELY_SUBTAGS

    likely = LIKELY_SUBTAGS.get(f"{subtag}-{territory}")
    return likely.split("-")[1] if likely else None


@lru_cache(maxsize=4096)
def _names(language: Language) -> tuple[str, str]:
    """English name and endonym."""
    known = _langcodes().Language.get(
        language.bcp47, normalize=language.code not in aliases.KEPT_APART
    )
    name = str(known.display_name()).replace(" (individual language)", "")
    if language.code in aliases.SHOWN and language.script is None:
        name = aliases.SHOWN[language.code]
    return name, str(known.autonym())


@lru_cache(maxsize=1)
def _listed_scripts() -> dict[str, tuple[str, ...]]:
    """CLDR's `languageData`: CLDR language subtag -> scripts, in CLDR's order."""
    from importlib.resources import files
    from xml.etree import ElementTree

    modern: dict[str, tuple[str, ...]] = {}
    secondary: dict[str, tuple[str, ...]] = {}
    with (files("language_data") / "data" / "supplementalData.xml").open("rb") as file:
        for row in ElementTree.parse(file).iterfind("./languageData/language[@scripts]"):
            # secondary scripts are historical or rare: Runic for German, Latin for Chinese
            listed = secondary if row.attrib.get("alt") == "secondary" else modern
            listed[row.attrib["type"]] = tuple(row.attrib["scripts"].split())
    return secondary | modern
