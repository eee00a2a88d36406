"""The lattice of uroman: the same answers in less time, and the same ones every time.

Hermjakob et al. 2018, "Out-of-the-box Universal Romanization Tool uroman",
https://aclanthology.org/P18-4003. This project uses the universal romanizer software 'uroman'
written by Ulf Hermjakob, USC Information Sciences Institute (2015-2020).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex
import uroman.uroman as package
from uroman.uroman import Edge, Lattice, NumEdge, Uroman

BRAILLE = range(0x2800, 0x2900)


class _Compiled:
    """The functions of `regex` that uroman calls, each expression compiled once."""

    def __init__(self):
        self._known: dict[str, regex.Pattern] = {}

    def _of(self, expression: str) -> regex.Pattern:
        found = self._known.get(expression)
        if found is None:
            found = self._known[expression] = regex.compile(expression)
        return found

    def match(self, expression: str, text: str):
        """As `regex.match`."""
        return self._of(expression).match(text)

    def search(self, expression: str, text: str | None):
        """As `regex.search`; nothing is found in what a rule without a text makes, where uroman fails."""
        return None if text is None else self._of(expression).search(text)

    def sub(self, expression: str, replacement: str, text: str) -> str:
        """As `regex.sub`."""
        return self._of(expression).sub(replacement, text)

    def split(self, expression: str, text: str) -> list:
        """As `regex.split`."""
        return self._of(expression).split(text)

    def findall(self, expression: str, text: str) -> list:
        """As `regex.findall`."""
        return self._of(expression).findall(text)


_compiled = _Compiled()


@contextmanager
def compiled() -> Iterator[None]:
    """Let uroman look up its expressions by their text alone, half of its time otherwise."""
    before = package.regex
    package.regex = _compiled  # type: ignore[assignment]
    try:
        yield
    finally:
        package.regex = before


@lru_cache(maxsize=1)
def tables() -> Uroman:
    """The rules of uroman, read once; takes seconds."""
    with compiled():
        return Uroman()


class QuickLattice(Lattice):
    """A lattice whose edges keep the order in which they were added.

    uroman keeps them in sets ordered by memory address: where two edges of one span differ, its
    answer may change from run to run. Here it is always the one that was added first.

    back: whether a rule looked for what stands before a point and found nothing in this text
    """

    def __init__(self, text: str, rules: Uroman, code: str | None):
        super().__init__(text, rules, code)  # type: ignore[arg-type]
        self.lattice: Any = defaultdict(dict)
        self.back = False

    def check_for_scripts(self) -> None:
        """Note the scripts of all characters."""
        for char in set(self.s):
            self.contains_script[self.uroman.chr_script_name(char)] = True
            if ord(char) in BRAILLE:
                self.contains_script["Braille"] = True

    def add_edge(self, edge: Edge) -> None:
        """Add an edge, and where it may be entered and left."""
        self.lattice[edge.start, edge.end][edge] = True
        self.lattice[edge.start, "right"][edge.end] = True
        self.lattice[edge.end, "left"][edge.start] = True

    def add_romanization(self, **args) -> None:
        """Add the edges of rules, and of characters that stand for others.

        Steps of uroman that cannot change an edge are left out: most of them ask for neighbors that
        are seldom there.
        """
        text, raised, known = self.s, self.contains_script["Braille"], _known()
        for start, char in enumerate(text):
            for end in range(start + 1, len(text) + 1):
                if text[start:end] not in known.prefixes:
                    break
                rom = self.simple_top_romanization_candidate_for_span(start, end)
                if rom is None:
                    continue
                if raised and end == start + 1 and self.props.get(("is-upper", start)):
                    rom = rom.upper()
                self._add_rule(rom, start, end)
            if "가" <= char <= "힣":
                self.add_edge(
                    Edge(start, start + 1, self.uroman.unicode_hangul_romanization(char), "rom")
                )
            elif _composed(char) and (rom := self.decomp_rom(start)):
                self.add_edge(Edge(start, start + 1, rom, "rom decomp"))

    def _add_rule(self, rom: str, start: int, end: int) -> None:
        kind, known = "rom", _known()
        if rom[:2] in _TAILS:
            rom, kind = rom[1:], "rom tail"
        if self.s[start] in known.vowelled:
            rom = self.add_default_abugida_vowel(rom, start, end, annotation=kind)
        before, after = self.s[start - 1 : start], self.s[end : end + 1]
        if (
            before in known.before
            or after in known.after
            or (
                self.s[start] in known.thai
                and (before in known.leading or self.s[start:end] == _O_ANG)
            )
            or not rom.islower()
            or " " in rom
        ):
            rom, start, end, expanded = self.expand_rom_with_special_chars(rom, start, end)
            kind = expanded or kind
        self.add_edge(Edge(start, end, rom, kind))

    def simple_top_romanization_candidate_for_span(
        self, start: int, end: int, simple_search: bool = False
    ) -> str | None:
        """What the best rule makes of a span; by heart where all its rules hold everywhere."""
        if start < 0 or end > self.max_vertex:
            return None
        found = _known().everywhere.get(self.s[start:end], _DEPENDS)
        if found is not _DEPENDS:
            return found
        return super().simple_top_romanization_candidate_for_span(start, end, simple_search)

    def add_numbers(self, uroman: Uroman, **args) -> None:
        """Add the edges of numbers, where there is any character of one."""
        if any(map(numeric, self.s)):
            super().add_numbers(uroman, **args)

    def best_edge_in_span(self, start: int, end: int, skip_num_edge: bool = False) -> Edge | None:
        """The first of the best kind: numbers that are read as such, rules, decompositions, others."""
        best, rank = None, 3
        for edge in self.lattice.get((start, end), ()):
            kind = edge.type or ""
            if isinstance(edge, NumEdge):
                if skip_num_edge:
                    continue
                if edge.active:
                    return edge
            own = 1 if kind.startswith("rom decomp") else 0 if kind[:3] in ("rom", "num") else 2
            if own < rank:
                best, rank = edge, own
        return best

    def find_rom_edge_path_backwards(self, *args, **settings):
        """What stands before a point, as uroman finds it; notes where that is nothing."""
        found = super().find_rom_edge_path_backwards(*args, **settings)
        self.back = self.back or not found
        return found


_DEPENDS = "depends"
_SPOKEN_AFTER = "written-pre-consonant-spoken-post-consonant"
_O_ANG = "\u0e2d"  # Thai, silent or a vowel
_TAILS = ("+m", "+n", "+h", "+r")


@dataclass(frozen=True)
class _Known:
    """What is looked up of uroman's rules for every character.

    prefixes:   of all that rules are about
    everywhere: of those, what they become where no rule asks for a place or a language, None for nothing
    vowelled:   characters of scripts in which consonants imply a vowel
    thai:       characters of the Thai script
    leading:    vowels written before the consonant after which they are spoken
    before, after: what a rule may ask of the neighbors, whatever it is about; the end of a text is ""
    """

    prefixes: frozenset[str]
    everywhere: dict[str, str | None]
    vowelled: frozenset[str]
    thai: frozenset[str]
    leading: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]


@lru_cache(maxsize=1)
def _known() -> _Known:
    rules = tables()
    prefixes = frozenset(
        key[1] for key, value in rules.dict_bool.items() if key[0] == "s-prefix" and value
    )
    everywhere: dict[str, str | None] = {}
    for prefix in prefixes:
        own = rules.rom_rules.get(prefix, [])
        if not any(rule["n-restr"] or rule["t-at-end-of-syllable"] is not None for rule in own):
            everywhere[prefix] = next((rule["t"] for rule in own if rule["t"] is not None), None)
    scripts = {key[1]: name for key, name in rules.dict_str.items() if key[0] == "script"}
    vowelled = frozenset(
        char
        for char, name in scripts.items()
        if name.lower() in rules.scripts and rules.scripts[name.lower()]["abugida-default-vowels"]
    )
    viramas = {key[1] for key, value in rules.dict_bool.items() if key[0] == "is-virama" and value}
    return _Known(
        prefixes,
        everywhere,
        vowelled,
        frozenset(char for char, name in scripts.items() if name == "Thai"),
        frozenset(
            key[1]
            for key, value in rules.dict_str.items()
            if key[0] == "syllable-info" and value == _SPOKEN_AFTER
        ),
        frozenset("\u2820っッ\u0a71"),
        frozenset(viramas | set("\u0300ゃゅょャュョー")),
    )


def alone(char: str, code: str) -> str | None:
    """What a character becomes beside any neighbor with which no rule begins; None where that depends.

    code: ISO 639-3, "" for none: the rules of other languages do not count
    """
    known, rules = _known(), tables()
    signs = (*rules.minus_signs, *rules.plus_signs, *rules.fraction_connectors)
    if char in known.vowelled or char in known.thai or char in known.before or char in known.after:
        return None
    if numeric(char) or _composed(char) or char in "".join(signs):
        return None
    if ord(char) in BRAILLE or rules.chr_script_name(char) == "Coptic":
        return None
    own = [
        rule
        for rule in rules.rom_rules.get(char, ())
        if not rule["lcodes"] or code in rule["lcodes"]
    ]
    if any((rule["n-restr"] or 0) > bool(rule["lcodes"]) for rule in own):
        return None
    if any(rule["t-at-end-of-syllable"] is not None for rule in own):
        return None
    own = sorted((r for r in own if r["t"] is not None), key=lambda r: -(r["n-restr"] or 0))
    if not own and "가" <= char <= "힣":
        return rules.unicode_hangul_romanization(char)
    if not own:
        return char if unicodedata.category(char) not in ("Mn", "Cf", "Co") else None
    rom = own[0]["t"]
    return None if " " in rom or rom[:2] in _TAILS or (rom.isupper() and len(rom) > 1) else rom


def warm() -> None:
    """Read the rules now; they are read when first needed otherwise."""
    _known()


@lru_cache(maxsize=1 << 16)
def _composed(char: str) -> bool:
    return unicodedata.decomposition(char).startswith("<")


@lru_cache(maxsize=1 << 16)
def numeric(char: str) -> bool:
    """Whether uroman reads the character as a number, or part of one."""
    return bool(tables().num_props.get(char)) or unicodedata.numeric(char, None) is not None


def edges(text: str, code: str | None, start: int, end: int) -> tuple[list[Edge], bool]:
    """The best edges from `start` on up to `end`, and whether they depend on what stands before the text.

    code: ISO 639-3, for the rules of single languages
    """
    rules = tables()
    lattice = QuickLattice(text, rules, code)
    lattice.pick_tibetan_vowel_edge()
    lattice.prep_braille()
    lattice.add_romanization()
    lattice.add_numbers(rules)
    lattice.add_braille_numbers()
    lattice.add_rom_fall_back_singles()
    return lattice.best_rom_edge_path(start, end), lattice.back
