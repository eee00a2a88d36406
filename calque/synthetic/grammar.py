"""How a language puts words in order and which of them it has.

A clause has a fixed set of *units*, the places where a word can stand; a grammar orders them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calque.errors import BadSetting
from calque.registry import near
from calque.synthetic.meanings import ROLES
from calque.synthetic.streams import stream

ORDERS = ("SVO", "SOV", "VSO", "VOS", "OVS", "OSV")
MORPHOLOGIES = ("isolating", "agglutinative", "fusional")
MIXED = "mixed"

_PARTS = ("adposition", "article", "modifier", "noun", "second")
UNITS = (
    "front",  # a question word moved to the start
    *(f"{role}.{part}" for role in ROLES for part in _PARTS),
    *("auxiliary", "negation", "verb", "adverb", "stop"),
)
UNIT = {name: place for place, name in enumerate(UNITS)}


@dataclass(frozen=True)
class Grammar:
    """A type of language.

    order:      subject, object and verb in a plain statement
    morphology: "isolating" (relations and tense are words of their own), "agglutinative" (a suffix
                per meaning, no adpositions) or "fusional" (adpositions, and one ending for number
                and case, or tense and number; adjectives agree)
    articles:   whether there are articles; a word that others have no word for
    """

    order: str
    morphology: str
    articles: bool

    @property
    def verb_before_object(self) -> bool:
        """Decides, as it often does (Greenberg's universals 2 to 4), the order of the rest."""
        return self.order.index("V") < self.order.index("O")

    @property
    def adpositions(self) -> bool:
        """Whether place, time and owner are told by words rather than suffixes."""
        return self.morphology != "agglutinative"

    @property
    def auxiliaries(self) -> bool:
        """Whether past and future are told by words rather than suffixes."""
        return self.morphology == "isolating"

    @property
    def family_first(self) -> bool:
        """Whether the second word of a name (surname, kind of organization) comes first."""
        return not self.verb_before_object

    @property
    def fronting(self) -> bool:
        """Whether question words move to the start."""
        return self.verb_before_object

    @cached_property
    def columns(self) -> np.ndarray:
        """[units] units in the order in which the words follow one another."""
        early = self.verb_before_object
        groups = {
            "S": self._phrase("agent"),
            "O": [*self._phrase("patient"), *self._phrase("owner")]
            if early
            else [*self._phrase("owner"), *self._phrase("patient")],
            "V": ["auxiliary", "negation", "verb", "adverb"]
            if early
            else ["adverb", "negation", "verb", "auxiliary"],
        }
        core = [groups[letter] for letter in self.order]
        if self.order[-1] == "V":
            core.insert(2, self._phrase("place"))
        else:
            core.append(self._phrase("place"))
        core.insert(len(core) if early else 0, self._phrase("time"))
        names = ["front", *(name for group in core for name in group), "stop"]
        return np.array([UNIT[name] for name in names])

    def _phrase(self, role: str) -> list[str]:
        name = ["second", "noun"] if self.family_first else ["noun", "second"]
        parts = ["modifier", *name] if self.order[0] != "V" else [*name, "modifier"]
        parts = ["article", *parts]
        parts = ["adposition", *parts] if self.verb_before_object else [*parts, "adposition"]
        return [f"{role}.{part}" for part in parts]


def known(kind: str, value: str, values: tuple[str, ...]) -> str:
    """`value` where it is one of `values`; BadSetting with the nearest otherwise."""
    if value not in values:
        raise BadSetting(
            f"synthetic family: no {kind} '{value}'{near(value, list(values))}; "
            f"there are: {', '.join(values)}"
        )
    return value


def drawn(parents: dict[str, str], seed: int) -> dict[str, tuple[str, str]]:
    """Order and morphology of every node: inherited, and drawn anew on three branches in ten."""
    types: dict[str, tuple[str, str]] = {}
    for node, parent in parents.items():
        keep_order, order, keep_forms, forms = stream("grammar", seed, node).random(4)
        new_order = ("SVO", "SOV", "SVO", "SOV", "VSO")[int(order * 5)]
        new_forms = MORPHOLOGIES[int(forms * 3)]
        if parent:
            new_order = types[parent][0] if keep_order > 0.3 else new_order
            new_forms = types[parent][1] if keep_forms > 0.3 else new_forms
        types[node] = (new_order, new_forms)
    return types
