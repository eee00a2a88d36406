"""Dependency trees, labelled as in Universal Dependencies."""

import numpy as np

from calque.synthetic.grammar import UNIT, UNITS
from calque.synthetic.meanings import ROLES
from calque.synthetic.sentences import Sentences

RELATIONS = (
    *("root", "nsubj", "obj", "obl", "nmod", "case", "det", "amod", "nummod"),
    *("flat", "aux", "advmod", "punct"),
)
_NOUN = {"agent": "nsubj", "patient": "obj", "owner": "nmod", "place": "obl", "time": "obl"}
_PART = {"adposition": "case", "article": "det", "modifier": "amod", "second": "flat"}


def heads(said: Sentences) -> list[int]:
    """Position of the head of all words, from 1; 0 for the verb, which is the root."""
    place = np.arange(len(said.concepts))[:, None]
    return said.flat(
        np.where(_above(said) < 0, 0, said.positions[place, _above(said)] + 1)
    ).tolist()


def relations(said: Sentences) -> np.ndarray:
    """Relation of all words to their heads, positions in `RELATIONS`."""
    names = {
        "verb": "root",
        "auxiliary": "aux",
        "negation": "advmod",
        "adverb": "advmod",
        "stop": "punct",
    }
    names |= {f"{role}.{part}": name for role in ROLES for part, name in _PART.items()}
    names |= {f"{role}.noun": name for role, name in _NOUN.items()}
    names |= {"time.modifier": "nummod", "front": "obl"}
    row = np.array([RELATIONS.index(names[unit]) for unit in UNITS])
    grid = np.tile(row, (len(said.concepts), 1))
    for role in ROLES:
        noun, second = UNIT[f"{role}.noun"], UNIT[f"{role}.second"]
        swap = _headed_by_second(said, role)
        grid[swap, noun], grid[swap, second] = row[second], row[noun]
    return said.flat(grid)


def _headed_by_second(said: Sentences, role: str) -> np.ndarray:
    """[clauses] where the second word of the name comes first: the first word of a flat name is its head."""
    present = said.concepts[:, UNIT[f"{role}.second"]] >= 0
    return present & said.language.grammar.family_first


def _above(said: Sentences) -> np.ndarray:
    """[clauses, units] the unit of the head, -1 for the verb."""
    above = np.full(said.concepts.shape, UNIT["verb"])
    above[:, UNIT["verb"]] = -1
    tops = {}
    for role in ROLES:
        noun, second = UNIT[f"{role}.noun"], UNIT[f"{role}.second"]
        tops[role] = np.where(_headed_by_second(said, role), second, noun)
    for role, top in tops.items():
        for part in ("adposition", "article", "modifier", "noun", "second"):
            above[:, UNIT[f"{role}.{part}"]] = top
        higher = tops["patient"] if role == "owner" else np.full(len(top), UNIT["verb"])
        above[np.arange(len(top)), top] = higher
    return above
