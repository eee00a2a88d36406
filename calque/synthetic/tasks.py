"""Labelled examples from meanings and the sentences that say them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from calque.synthetic.draws import Draw
from calque.synthetic.grammar import UNIT, UNITS
from calque.synthetic.meanings import INTENTS, ROLES, SLOTS, Clauses
from calque.synthetic.noise import mislabel
from calque.synthetic.reasoning import CLAUSES, LABELS
from calque.synthetic.sentences import Sentences
from calque.synthetic.trees import RELATIONS, heads, relations
from calque.synthetic.world import TOPICS, TYPES, UPOS, World
from calque.values.labelled import Labelled

_PARTS = ("adposition", "article", "modifier", "noun", "second")
_SAYS = (  # units of the relation, then of each argument; those of one stand side by side in every language
    ("auxiliary", "negation", "verb"),
    *(
        tuple(f"{role}.{part}" for role in roles for part in _PARTS)
        for roles in (("agent",), ("patient", "owner"), ("place",), ("time",))
    ),
)


@dataclass(frozen=True)
class Maker:
    """What a task is made from.

    say:    sentences of a kind, a key of `draws.KINDS`, in the language
    wrong:  share of labels that are replaced by another; random: where from
    """

    world: World
    drawn: Draw
    say: Callable[[str], Sentences]
    language: str
    tokenized: bool
    wrong: float
    random: np.random.Generator

    def noisy(self, labels: np.ndarray, kinds: int) -> np.ndarray:
        """The labels, some of them wrong."""
        return mislabel(labels, kinds, self.wrong, self.random) if self.wrong else labels


def _topic(maker: Maker) -> Labelled:
    said = maker.say("statements")
    topics = maker.noisy(said.clauses["topic"], maker.world.topics)
    columns = {
        "text": _strings(said.texts(maker.tokenized)),
        "label": _strings(_named(TOPICS, topics)),
    }
    return Labelled(pa.table(columns), "class", maker.language)


def _pos(maker: Maker) -> Labelled:
    said = maker.say("statements")
    names = tuple(sorted(set(UPOS.values())))
    tags = np.searchsorted(names, said.upos).astype(int)
    named = _named(names, maker.noisy(tags, len(names)))
    return Labelled(pa.table(_words(said) | {"tags": _lists(said, named)}), "tags", maker.language)


def _ner(maker: Maker) -> Labelled:
    said = maker.say("statements")
    kinds = entities(maker.world, said.clauses)
    per_role = np.stack([kinds[:, UNIT[f"{role}.noun"]] for role in ROLES], axis=1)
    wrong = maker.noisy((per_role - 1).ravel(), len(TYPES) - 1).reshape(per_role.shape) + 1
    for place, role in enumerate(ROLES):
        units = slice(UNIT[f"{role}.adposition"], UNIT[f"{role}.second"] + 1)
        kinds[:, units] = np.where(kinds[:, units] > 0, wrong[:, place, None], 0)
    tags = said.spans(np.where(said.concepts >= 0, kinds, 0), TYPES)
    return Labelled(pa.table(_words(said) | {"tags": _lists(said, tags)}), "tags", maker.language)


def _parse(maker: Maker) -> Labelled:
    said = maker.say("statements")
    names = _named(RELATIONS, maker.noisy(relations(said), len(RELATIONS)))
    above = pa.array(heads(said), pa.int32())
    columns = _words(said) | {"tags": _lists(said, said.upos)}
    columns |= {"heads": pa.ListArray.from_arrays(_bounds(said), above)}
    return Labelled(pa.table(columns | {"relations": _lists(said, names)}), "parse", maker.language)


def _nli(maker: Maker) -> Labelled:
    labels = maker.noisy(maker.drawn.truth["label"], len(LABELS))
    first, second = (maker.say(kind).texts(maker.tokenized) for kind in ("premises", "hypotheses"))
    columns = {"text": _strings(first), "text_b": _strings(second)}
    columns["label"] = _strings(_named(LABELS, labels))
    return Labelled(pa.table(columns), "pair", maker.language)


def _intents(maker: Maker) -> Labelled:
    said = maker.say("requests")
    tags = said.spans(np.where(said.concepts >= 0, slots(maker.world, said.clauses), 0), SLOTS)
    intents = maker.noisy(maker.drawn.truth["intent"], len(INTENTS))
    columns = _words(said) | {"tags": _lists(said, tags)}
    columns["label"] = _strings(_named(INTENTS, intents))
    return Labelled(pa.table(columns), "slots", maker.language)


def _answer(maker: Maker) -> Labelled:
    contexts, questions = maker.say("contexts"), maker.say("questions")
    clause, role = maker.drawn.truth["clause"], maker.drawn.truth["role"]
    if maker.wrong:  # another clause's agent, where the right answer was to be
        moved = maker.noisy(clause, CLAUSES)
        role, clause = np.where(moved != clause, ROLES.index("agent"), role), moved
    texts = contexts.texts(maker.tokenized)
    begin, end = phrase(
        contexts, np.arange(len(contexts)) * CLAUSES + clause, role, maker.tokenized
    )
    columns = {
        "context": _strings(texts),
        "question": _strings(questions.texts(maker.tokenized)),
        "answer": _strings([text[a:b] for text, a, b in zip(texts, begin, end, strict=True)]),
        "start": pa.array(begin, pa.int32()),
    }
    return Labelled(pa.table(columns), "answer", maker.language)


def _tuples(maker: Maker) -> Labelled:
    """A tuple per statement: verb, who, whom with its owner, where, when; with noise the first two are swapped."""
    said = maker.say("statements")
    swapped = maker.noisy(np.zeros(len(said), int), 2)
    rows = []
    for k, words in enumerate(said.words):
        texts = []
        for names in _SAYS:
            places = said.positions[k, [UNIT[name] for name in names]]
            there = places[places >= 0]
            texts.append(" ".join(words[there.min() : there.max() + 1]) if len(there) else "")
        if swapped[k]:
            texts[1], texts[2] = texts[2], texts[1]
        made = {"relation": texts[0], "arguments": [text for text in texts[1:] if text]}
        rows.append({"words": words, "tuples": [made | {"score": 1.0}]})
    return Labelled.of(rows, "tuples", maker.language)


MAKERS: dict[str, tuple[str, Callable[[Maker], Labelled]]] = {  # kind of text to draw, and maker
    "topic": ("statements", _topic),
    "ner": ("statements", _ner),
    "pos": ("statements", _pos),
    "parse": ("statements", _parse),
    "nli": ("premises", _nli),
    "intents": ("requests", _intents),
    "answer": ("contexts", _answer),
    "tuples": ("statements", _tuples),
}


def entities(world: World, clauses: Clauses) -> np.ndarray:
    """[clauses, units] position in `TYPES` of the name that a unit belongs to, 0 for none."""
    kinds = np.zeros((len(clauses), len(UNITS)), int)
    for role in ROLES:
        kind = world.entity[clauses[f"{role}.noun"]]
        kinds[:, UNIT[f"{role}.noun"]] = kinds[:, UNIT[f"{role}.second"]] = kind
    kinds[:, UNIT["time.modifier"]] = kinds[:, UNIT["time.noun"]]
    return kinds


def slots(world: World, clauses: Clauses) -> np.ndarray:
    """[clauses, units] position in `SLOTS` of what a unit of a request fills, 0 for nothing."""
    kinds = np.zeros((len(clauses), len(UNITS)), int)
    patient = np.array([2, 1, 0, 3, 0])[world.entity[clauses["patient.noun"]]]
    for role, kind in (("patient", patient), ("place", 4), ("time", 5)):
        for part in ("modifier", "noun", "second"):
            kinds[:, UNIT[f"{role}.{part}"]] = kind
    return kinds


def phrase(
    said: Sentences, clauses: np.ndarray, role: np.ndarray, tokenized: bool
) -> tuple[list[int], list[int]]:
    """Where the noun phrase of a role, without its adposition, starts and ends in each text.

    clauses: [texts] one clause of every text; role: [texts] positions in `ROLES`
    """
    parts = ("article", "modifier", "noun", "second")
    units = np.array([[UNIT[f"{name}.{part}"] for part in parts] for name in ROLES])[role]
    places = said.positions[clauses[:, None], units]
    first = np.where(places < 0, np.iinfo(np.int64).max, places).min(axis=1, initial=2**62)
    last = places.max(axis=1, initial=-1)
    starts, words = said.starts(tokenized), said.words
    begin = [starts[i][place] for i, place in enumerate(first.tolist())]
    end = [starts[i][place] + len(words[i][place]) for i, place in enumerate(last.tolist())]
    return begin, end


def _named(names: tuple[str, ...], positions: np.ndarray) -> list[str]:
    return np.array(names, dtype=object)[positions].tolist()


def _strings(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())


def _bounds(said: Sentences) -> pa.Array:
    return pa.array(said.bounds, pa.int32())


def _lists(said: Sentences, values: list[str]) -> pa.ListArray:
    return pa.ListArray.from_arrays(_bounds(said), _strings(values))


def _words(said: Sentences) -> dict[str, pa.Array]:
    return {"words": _lists(said, said.spelling)}
