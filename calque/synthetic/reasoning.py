"""Meanings that hang together: what follows from what, questions with answers, facts of the world."""

from collections.abc import Iterator

import numpy as np

from calque.synthetic.meanings import (
    IN,
    PAST,
    PRESENT,
    QUESTION,
    ROLES,
    Clauses,
    chances,
    statements,
)
from calque.synthetic.streams import stream
from calque.synthetic.world import World

LABELS = ("entailment", "neutral", "contradiction")
CLAUSES = 3  # statements in the context of a question
RELATIONS = ("lives_in", "works_for", "born_on", "based_in")


def pairs(
    world: World, random: np.random.Generator, second: np.random.Generator, n: int
) -> tuple[Clauses, Clauses, np.ndarray]:
    """Draw n premises, hypotheses, and the label of each, a position in `LABELS`.

    A hypothesis says less than its premise: roles, adjectives and the adverb are dropped, nouns made
    more general. Contradictions deny that or put the opposite verb. Neutral ones name another
    adverb, place or agent; a third of them is negated too, so that negation does not give the
    label away.
    """
    premise = statements(world, random, n, plain=True)
    draw = chances(second, n)
    label = (next(draw) * 3).astype(int)
    weaker = premise.but({})
    for role in ("place", "time"):
        weaker = weaker.without(role, next(draw) < 0.5)
    weaker = weaker.but({"adverb": np.where(next(draw) < 0.5, -1, weaker["adverb"])})
    for role in ("agent", "patient", "place"):
        noun = weaker[f"{role}.noun"]
        general, bare = world.hypernym[noun], next(draw) < 0.4
        raised = (next(draw) < 0.3) & (general >= 0)
        changed = {f"{role}.noun": np.where(raised, general, noun)}
        changed[f"{role}.modifier"] = np.where(bare, -1, weaker[f"{role}.modifier"])
        weaker = weaker.but(changed)
    # a hypothesis that repeats its premise teaches nothing: make the agent more general there
    repeats = np.all([weaker[name] == premise[name] for name in premise.columns], axis=0)
    agent = weaker["agent.noun"]
    weaker = weaker.but({"agent.noun": np.where(repeats, world.hypernym[agent], agent)})
    opposite = world.opposite[premise["verb"]]
    excluded = (label == 2) & (next(draw) < 0.5) & (opposite >= 0)
    negated = ((label == 2) & ~excluded) | ((label == 1) & (next(draw) < 1 / 3))
    hypothesis = weaker.but(
        {"verb": np.where(excluded, opposite, premise["verb"]), "negated": negated.astype(int)}
    )
    return premise, _beyond(world, premise, hypothesis, label == 1, draw), label


def _beyond(
    world: World, premise: Clauses, weaker: Clauses, rows: np.ndarray, draw: Iterator[np.ndarray]
) -> Clauses:
    """Let the hypotheses in `rows` name an adverb, a place or an agent that the premise does not."""
    kind = np.where(rows, (next(draw) * 3).astype(int), -1)
    adverb = world.pick("adverb", next(draw), premise["topic"])
    place = world.pick("place", next(draw), premise["topic"])
    agent = _unlike(world, "person", premise["agent.noun"], premise["agent.noun"])
    place = _unlike(world, "place", place, premise["place.noun"])
    weaker = weaker.without("place", kind == 1)
    return weaker.but(
        {
            "adverb": np.where(
                kind == 0, _unlike(world, "adverb", adverb, premise["adverb"]), weaker["adverb"]
            ),
            "place.noun": np.where(kind == 1, place, weaker["place.noun"]),
            "agent.noun": np.where(kind == 2, agent, weaker["agent.noun"]),
        }
    )


def _unlike(world: World, category: str, concept: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Move on to the next concept of the category until it neither is nor covers the given one."""
    start, size = world.starts[category], world.sizes[category]
    for _ in range(2):
        covers = (concept == given) | (concept == world.hypernym[given])
        concept = np.where(covers, (concept + 1 - start) % size + start, concept)
    return concept


def verdict(world: World, premise: Clauses, hypothesis: Clauses) -> np.ndarray:
    """[n] positions in `LABELS`, by the definition. Both speak of the same event; the premise is not negated.

    A hypothesis is *covered* when tense is equal and everything it mentions is in the premise: the
    same adverb or none, and in each role the same noun, name and modifiers, or none, or a more
    general noun with none or the same modifier. Covered: entailed with the same verb, contradicted
    with the same verb negated or with its opposite. Everything else is neutral.
    """
    covered = hypothesis["tense"] == premise["tense"]
    covered &= (hypothesis["adverb"] < 0) | (hypothesis["adverb"] == premise["adverb"])
    for role in ROLES:
        theirs, ours = premise[f"{role}.noun"], hypothesis[f"{role}.noun"]
        same = (ours == theirs) | ((ours >= 0) & (ours == world.hypernym[theirs]))
        same &= hypothesis[f"{role}.second"] == premise[f"{role}.second"]
        modifier = hypothesis[f"{role}.modifier"]
        same &= (modifier < 0) | (modifier == premise[f"{role}.modifier"])
        for flag in ("plural", "definite"):
            same &= hypothesis[f"{role}.{flag}"] == premise[f"{role}.{flag}"]
        if role == "place":
            same &= hypothesis["relation"] == premise["relation"]
        covered &= (ours < 0) | same
    verb, denied = hypothesis["verb"], hypothesis["negated"] == 1
    entailed = covered & (verb == premise["verb"]) & ~denied
    against = covered & (verb == premise["verb"]) & denied
    against |= covered & (verb == world.opposite[premise["verb"]]) & (verb >= 0) & ~denied
    return np.where(entailed, 0, np.where(against, 2, 1))


def asked(
    world: World, random: np.random.Generator, second: np.random.Generator, n: int
) -> tuple[Clauses, Clauses, np.ndarray, np.ndarray]:
    """Draw n contexts of `CLAUSES` statements and a question about each.

    Returns the contexts [n * CLAUSES], the questions [n], and where the answer is: its clause in
    the context [n] and its role [n], a position in `ROLES`. The verbs of a context differ, so that
    only one clause answers.
    """
    contexts = statements(world, random, n * CLAUSES, group=CLAUSES)
    zero = np.zeros(n * CLAUSES, int)
    contexts = contexts.but({"negated": zero}).without("owner", zero == 0)
    draw = chances(second, n)
    clause = (next(draw) * CLAUSES).astype(int)
    chosen = contexts.take(np.arange(n) * CLAUSES + clause)
    scores = [np.where(chosen[f"{role}.noun"] >= 0, next(draw), -1) for role in ROLES]
    role = np.argmax(scores, axis=0)
    return contexts, asking(world, chosen, role), clause, role


def asking(world: World, clauses: Clauses, role: np.ndarray) -> Clauses:
    """The question about the role [n], a position in `ROLES`, of each clause."""
    who, what, where, when = world.range("question")
    for place, name in enumerate(ROLES):
        noun, here = clauses[f"{name}.noun"], role == place
        if name in ("agent", "patient"):
            person = world.members("person", "given")[noun]
            word = np.where(person, who, what)
        else:
            word = np.full(len(noun), where if name == "place" else when)
        clauses = clauses.without(name, here)
        clauses = clauses.but({f"{name}.noun": np.where(here, word, noun)})
    return clauses.but({"mood": np.full(len(clauses), QUESTION)})


def facts(world: World, seed: int) -> tuple[Clauses, np.ndarray]:
    """Every fact of the world as a statement, and the role [n] of its object.

    Each person (given name and surname) lives in one place, works for one organization and was born
    on one date; each organization is based in one place.
    """
    given, surname = world.range("given"), world.range("surname")
    people = len(given) * len(surname)
    firms = world.sizes["organization"]
    who = np.arange(people)
    relation = np.concatenate([np.repeat([0, 1, 2], people), np.full(firms, 3)])
    n = len(relation)
    subject = np.concatenate(
        [np.tile(given.start + who % len(given), 3), np.array(world.range("organization"))]
    )
    kind = stream("kinds", seed).random(firms)
    second = np.concatenate(
        [np.tile(surname.start + who // len(given), 3), world.pick("kind", kind)]
    )
    draw = chances(stream("facts", seed), n)
    columns = _nothing(n)
    place, date, day = (world.pick(name, next(draw)) for name in ("location", "month", "number"))
    firm = world.pick("organization", next(draw))
    there, at, on = np.isin(relation, (0, 3)), relation == 1, relation == 2
    columns |= {
        "verb": world.starts["relation"] + relation,
        "tense": np.where(on, PAST, PRESENT),
        "relation": np.full(n, IN),
        "agent.noun": subject,
        "agent.second": second,
        "place.noun": np.where(there, place, -1),
        "patient.noun": np.where(at, firm, -1),
        "patient.second": np.where(at, second[firm - world.starts["organization"] - firms], -1),
        "time.noun": np.where(on, date, -1),
        "time.modifier": np.where(on, day, -1),
    }
    role = np.where(
        there, ROLES.index("place"), np.where(at, ROLES.index("patient"), ROLES.index("time"))
    )
    return Clauses(columns), role


def _nothing(n: int) -> dict[str, np.ndarray]:
    """Columns of n clauses that say nothing yet."""
    zero, none = np.zeros(n, int), np.full(n, -1)
    columns = {name: none for name in ("adverb", "topic")} | dict.fromkeys(
        ("mood", "negated"), zero
    )
    columns |= {f"{role}.{part}": none for role in ROLES for part in ("noun", "second", "modifier")}
    return columns | {f"{role}.{part}": zero for role in ROLES for part in ("plural", "definite")}
