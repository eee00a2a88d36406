"""Dictionaries between languages, and facts in a language."""

import numpy as np

from calque.errors import BadSetting
from calque.synthetic.forms import FEATURES, Language
from calque.synthetic.meanings import ROLES
from calque.synthetic.reasoning import RELATIONS, asking, facts
from calque.synthetic.sentences import realize
from calque.synthetic.streams import stream
from calque.synthetic.tasks import phrase
from calque.synthetic.world import World
from calque.values.lexicon import Lexicon
from calque.values.score import Table


def dictionary(world: World, a: Language, b: Language, inflected: bool) -> Lexicon:
    """Pairs of words that say the same, each once, with weight 1.

    inflected: every form beside the form of the same features, and signs; else dictionary forms
    """
    both = (a.words & b.words)[:-1]
    if not inflected:
        both &= ~world.members("stop")[:-1]
    columns = FEATURES if inflected else 1
    one, other = (side.forms[both, :columns].ravel().tolist() for side in (a, b))
    pairs = dict.fromkeys(zip(one, other, strict=True))
    return Lexicon.of(((source, target, 1.0) for source, target in pairs), a.code, b.code)


def fact_table(
    world: World, language: Language, n: int, family: int, seed: int, tokenized: bool
) -> Table:
    """n facts, no two the same.

    Columns: fact (its number, the same in every language), subject, relation, object, statement,
    question (about the object), start (character of the object in the statement).
    """
    clauses, role = facts(world, family)
    if not 0 <= n <= len(clauses):
        raise BadSetting(
            f"synthetic family: n must be 0 to {len(clauses)}, the number of facts, got {n}"
        )
    chosen = np.argsort(stream("fact order", family, seed).random(len(clauses)), kind="stable")[:n]
    relation = clauses["verb"][chosen] - world.starts["relation"]
    said = realize(world, language, clauses.take(chosen))
    questions = realize(world, language, asking(world, clauses.take(chosen), role[chosen]))
    rows = np.arange(n)
    subjects = phrase(said, rows, np.full(n, ROLES.index("agent")), tokenized)
    objects = phrase(said, rows, role[chosen], tokenized)
    texts, asks = said.texts(tokenized), questions.texts(tokenized)
    return Table(
        tuple(
            {
                "fact": int(chosen[i]),
                "subject": texts[i][subjects[0][i] : subjects[1][i]],
                "relation": RELATIONS[int(relation[i])],
                "object": texts[i][objects[0][i] : objects[1][i]],
                "statement": texts[i],
                "question": asks[i],
                "start": objects[0][i],
            }
            for i in range(n)
        )
    )
