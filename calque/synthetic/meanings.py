"""Meanings: events with their participants, drawn before any language puts them into words.

A column holds one number per clause: a concept (-1 for none), a flag, or a choice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from calque.synthetic.world import World

ROLES = ("agent", "patient", "owner", "place", "time")
STATEMENT, QUESTION, REQUEST = 0, 1, 2
PRESENT, PAST, FUTURE = 0, 1, 2
IN, NEAR, FROM, OF, ON = range(5)
_DRAWS = 48  # uniform numbers per clause; more than any meaning takes


@dataclass(frozen=True)
class Clauses:
    """Meanings of n clauses.

    columns: [n] each. `verb`, `adverb`, `topic`, `tense`, `negated`, `mood`, `relation` (IN, NEAR,
             FROM: how the place lies) and, for each of `ROLES`, `x.noun`, `x.second` (second word
             of a name), `x.modifier` (adjective, or number of a date), `x.plural`, `x.definite`
    """

    columns: dict[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["verb"])

    def but(self, columns: dict[str, np.ndarray]) -> "Clauses":
        """A copy with some columns replaced."""
        return Clauses(self.columns | columns)

    def without(self, role: str, rows: np.ndarray) -> "Clauses":
        """A copy in which `rows` [n] (booleans) say nothing of the role."""
        return self.but(
            {
                name: np.where(rows, 0 if name.endswith(("plural", "definite")) else -1, column)
                for name, column in self.columns.items()
                if name.startswith(f"{role}.")
            }
        )

    def take(self, rows: np.ndarray) -> "Clauses":
        """The clauses at these positions."""
        return Clauses({name: column[rows] for name, column in self.columns.items()})


def chances(random: np.random.Generator, n: int) -> Iterator[np.ndarray]:
    """Uniform numbers [n], again and again. The first rows are the same whatever n is."""
    return iter(random.random((n, _DRAWS)).T)


def statements(
    world: World, random: np.random.Generator, n: int, *, group: int = 1, plain: bool = False
) -> Clauses:
    """Draw n statements.

    group: so many clauses in a row share their topic and differ in their verbs
    plain: no negation and no owner, more adverbs; every agent is a common noun with a hypernym
    """
    draw = chances(random, n)
    topic = (next(draw)[np.arange(n) // group * group] * world.topics).astype(int)
    verb = _different(world, world.pick("verb", next(draw), topic), group)
    zero = np.zeros(n, int)
    tense = np.digitize(next(draw), (0.35, 0.8))
    negated, adverb = (next(draw) < 0.1).astype(int), next(draw)
    often = 0.5 if plain else 0.25
    adverb = np.where(adverb < often, world.pick("adverb", adverb / often % 1, topic), -1)
    names = {} if plain else {"given": 0.25, "organization": 0.10}
    everyone, transitive = np.ones(n, bool), world.transitive[verb]
    columns = {"topic": topic, "verb": verb, "tense": tense, "mood": zero}
    columns |= {"negated": zero if plain else negated, "adverb": adverb}
    columns |= _phrase(world, draw, "agent", everyone, topic, "person", names)
    names = {} if plain else {"given": 0.08, "organization": 0.08}
    columns |= _phrase(world, draw, "patient", transitive, topic, "thing", names)
    owned = (
        (next(draw) < 0.2) & (world.entity[columns["patient.noun"]] == 0) & transitive & (not plain)
    )
    columns |= _phrase(
        world, draw, "owner", owned, topic, "person", {"given": 0.7, "organization": 0.3}
    )
    columns |= _phrase(world, draw, "place", next(draw) < 0.45, topic, "place", {"location": 0.5})
    columns["relation"] = (next(draw) * 3).astype(int)
    columns |= _date(world, draw, next(draw) < 0.35)
    clauses = Clauses(columns)
    return _specific_agents(world, clauses) if plain else clauses


def gists(clauses: Clauses) -> Clauses:
    """What is left of statements that are cut down to who does what: no owner, place, date, adjective or adverb."""
    for role in ("owner", "place", "time"):
        clauses = clauses.without(role, np.ones(len(clauses), bool))
    none = np.full(len(clauses), -1)
    return clauses.but({"adverb": none, "agent.modifier": none, "patient.modifier": none})


def _different(world: World, verb: np.ndarray, group: int) -> np.ndarray:
    """Move verbs that occur twice in a group on to the next verb."""
    verb, start, size = verb.copy(), world.starts["verb"], world.sizes["verb"]
    member = np.arange(len(verb)) % group
    for place in range(1, group):
        rows = np.flatnonzero(member == place)
        for _ in range(place):  # moving on can hit each earlier verb once
            for before in range(1, place + 1):
                same = rows[verb[rows] == verb[rows - before]]
                verb[same] = (verb[same] + 1 - start) % size + start
    return verb


def _phrase(
    world: World,
    draw: Iterator[np.ndarray],
    role: str,
    present: np.ndarray,
    topic: np.ndarray,
    common: str,
    names: dict[str, float],
) -> dict[str, np.ndarray]:
    """A noun with what belongs to it, or a name, where `present`; `names` gives shares by category."""
    kind, which, other, quality = next(draw), next(draw), next(draw), next(draw)
    noun = world.pick(common, which, topic)
    second = np.full(len(noun), -1)
    low = 0.0
    for category, share in names.items():
        here = (low <= kind) & (kind < low + share)
        noun = np.where(here, world.pick(category, which), noun)
        if category == "given":
            second = np.where(here & (other < 0.6), world.pick("surname", other / 0.6 % 1), second)
        if category == "organization":
            second = np.where(here, world.pick("kind", other), second)
        low += share
    common_noun = present & (kind >= low)
    modifier = np.where(
        common_noun & (quality < 0.3), world.pick("adjective", quality / 0.3 % 1, topic), -1
    )
    return {
        f"{role}.noun": np.where(present, noun, -1),
        f"{role}.second": np.where(present, second, -1),
        f"{role}.modifier": modifier,
        f"{role}.plural": (common_noun & (next(draw) < 0.3)).astype(int),
        f"{role}.definite": (common_noun & (next(draw) < 0.6)).astype(int),
    }


def _date(world: World, draw: Iterator[np.ndarray], present: np.ndarray) -> dict[str, np.ndarray]:
    """A weekday, or a month with the number of a day."""
    kind, which, day = next(draw), next(draw), next(draw)
    zero = np.zeros(len(kind), int)
    noun = np.where(kind < 0.5, world.pick("month", which), world.pick("weekday", which))
    number = np.where(present & (kind < 0.5), world.pick("number", day), -1)
    return {
        "time.noun": np.where(present, noun, -1),
        "time.second": zero - 1,
        "time.modifier": number,
        "time.plural": zero,
        "time.definite": zero,
    }


def _specific_agents(world: World, clauses: Clauses) -> Clauses:
    """Replace each most general agent by the noun that comes first below it."""
    agent = clauses["agent.noun"]
    people = np.array(world.range("person"))
    above = world.hypernym[people]
    first = np.full(world.total + 1, -1)
    first[above[above >= 0][::-1]] = people[above >= 0][::-1]
    general = world.hypernym[agent] < 0
    return clauses.but({"agent.noun": np.where(general, first[agent], agent)})


INTENTS = ("call", "visit", "find", "order", "remind", "join")
_FRAMES: dict[str, tuple[str, ...]] = {  # category of the patient, then what else may be said
    "call": ("given", "time"),
    "visit": ("", "place", "time"),
    "find": ("thing", "place"),
    "order": ("thing", "time"),
    "remind": ("thing", "time"),
    "join": ("organization", "place"),
}
SLOTS = ("O", "contact", "item", "organization", "place", "date")


def requests(world: World, random: np.random.Generator, n: int) -> tuple[Clauses, np.ndarray]:
    """Draw n requests and the intent [n] of each, a position in `INTENTS`."""
    draw = chances(random, n)
    intent = (next(draw) * len(INTENTS)).astype(int)
    topic = (next(draw) * world.topics).astype(int)
    verb = world.starts["request"] + intent * 3 + (next(draw) * 3).astype(int)
    zero, none = np.zeros(n, int), np.full(n, -1)
    columns = {"topic": topic, "verb": verb, "tense": zero, "negated": zero, "adverb": none}
    columns["mood"] = np.full(n, REQUEST)
    patient = np.array([_FRAMES[name][0] for name in INTENTS])[intent]
    some = next(draw)
    allowed = {
        role: np.array([role in _FRAMES[name] for name in INTENTS])[intent]
        for role in ("place", "time")
    }
    nothing = np.zeros(n, bool)
    columns |= _phrase(world, draw, "agent", nothing, topic, "person", {})
    item = _phrase(world, draw, "patient", patient == "thing", topic, "thing", {})
    for category in ("given", "organization"):
        named = _phrase(
            world, draw, "patient", patient == category, topic, "thing", {category: 1.0}
        )
        item = {name: np.where(patient == category, named[name], item[name]) for name in item}
    columns |= item
    columns |= _phrase(world, draw, "owner", nothing, topic, "person", {})
    must = patient == ""  # a visit without a place says nothing
    there = must | (allowed["place"] & (some < 0.7))
    columns |= _phrase(world, draw, "place", there, topic, "place", {"location": 0.6})
    columns["relation"] = (next(draw) * 3).astype(int)
    columns |= _date(world, draw, allowed["time"] & (some % 0.5 < 0.35))
    return Clauses(columns), intent
