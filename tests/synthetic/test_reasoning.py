import numpy as np

from calque.synthetic import family
from calque.synthetic.meanings import ROLES, Clauses
from calque.synthetic.reasoning import CLAUSES, LABELS, facts, verdict

FAMILY = family(concepts=240, languages=2)
WORLD = FAMILY.world


def one(**said: int) -> Clauses:
    """A clause of the agent "child of a hypernym" and a verb, and whatever is said besides."""
    child = int(np.flatnonzero(WORLD.hypernym[:-1] >= 0)[0])
    columns = {"verb": WORLD.starts["verb"], "tense": 1, "negated": 0, "adverb": -1, "relation": 0}
    columns |= {f"{role}.{part}": -1 for role in ROLES for part in ("noun", "second", "modifier")}
    columns |= {f"{role}.{part}": 0 for role in ROLES for part in ("plural", "definite")}
    columns |= {"agent.noun": child, "agent.modifier": WORLD.starts["adjective"]}
    columns |= {"place.noun": WORLD.starts["place"]}
    columns |= {name.replace("_", "."): value for name, value in said.items()}
    return Clauses({name: np.array([value]) for name, value in columns.items()})


def label(**said: int) -> str:
    return LABELS[int(verdict(WORLD, one(), one(**said))[0])]


def test_verdict_by_hand():
    premise = one()
    parent = int(WORLD.hypernym[premise["agent.noun"]][0])
    opposite = int(WORLD.opposite[premise["verb"]][0])
    assert label() == "entailment"
    assert label(place_noun=-1) == "entailment"
    assert label(agent_modifier=-1) == "entailment"
    assert label(agent_noun=parent) == "entailment"
    assert label(negated=1) == "contradiction"
    assert label(negated=1, place_noun=-1) == "contradiction"
    assert label(verb=opposite) == "contradiction"
    assert label(verb=opposite, negated=1) == "neutral"
    assert label(adverb=WORLD.starts["adverb"]) == "neutral"
    assert label(adverb=WORLD.starts["adverb"], negated=1) == "neutral"
    assert label(agent_modifier=WORLD.starts["adjective"] + 1) == "neutral"
    assert label(place_noun=WORLD.starts["place"] + 1) == "neutral"
    assert label(tense=2) == "neutral"
    assert label(relation=1) == "neutral"
    # the more general does not entail the more special
    assert verdict(WORLD, one(agent_noun=parent), one()).tolist() == [1]


def test_pairs_follow_the_definition():
    for made in (FAMILY, family(concepts=120, seed=3), family(concepts=45, topics=2)):
        drawn = made.draw(2000, 1, of="premises")
        premise, hypothesis = drawn.clauses["premises"], drawn.clauses["hypotheses"]
        labels = drawn.truth["label"]
        np.testing.assert_array_equal(verdict(made.world, premise, hypothesis), labels)
        assert np.bincount(labels).min() > 580
        repeats = np.all([premise[name] == hypothesis[name] for name in premise.columns], axis=0)
        assert not repeats.any()
        negated = hypothesis["negated"] == 1
        share = np.bincount(labels[negated], minlength=3) / np.bincount(labels)
        assert share[0] == 0 and 0.25 < share[1] < 0.42 and 0.4 < share[2] < 0.65


def test_hypernyms_and_opposites():
    children = np.flatnonzero(WORLD.hypernym[:-1] >= 0)
    parents = WORLD.hypernym[children]
    assert (WORLD.hypernym[parents] == -1).all()
    np.testing.assert_array_equal(WORLD.category[children], WORLD.category[parents])
    verbs = np.flatnonzero(WORLD.opposite[:-1] >= 0)
    np.testing.assert_array_equal(WORLD.opposite[WORLD.opposite[verbs]], verbs)
    assert (WORLD.opposite[verbs] != verbs).all()
    np.testing.assert_array_equal(WORLD.transitive[WORLD.opposite[verbs]], WORLD.transitive[verbs])


def test_questions_have_one_answer():
    drawn = FAMILY.draw(500, of="contexts")
    contexts, questions = drawn.clauses["contexts"], drawn.clauses["questions"]
    verbs = contexts["verb"].reshape(-1, CLAUSES)
    assert all(len(set(row)) == CLAUSES for row in verbs.tolist())
    chosen = contexts.take(np.arange(500) * CLAUSES + drawn.truth["clause"])
    np.testing.assert_array_equal(questions["verb"], chosen["verb"])
    asks = WORLD.members("question")
    asked = np.stack([asks[questions[f"{role}.noun"]] for role in ROLES], axis=1)
    np.testing.assert_array_equal(asked.sum(axis=1), 1)
    np.testing.assert_array_equal(asked.argmax(axis=1), drawn.truth["role"])
    assert len(set(drawn.truth["role"].tolist())) == 4  # all but the owner


def test_facts_have_one_object_per_subject_and_relation():
    clauses, role = facts(WORLD, 0)
    keys = set(
        zip(*(clauses[x].tolist() for x in ("agent.noun", "agent.second", "verb")), strict=True)
    )
    assert len(keys) == len(clauses)
    for place, name in enumerate(ROLES):
        assert (clauses[f"{name}.noun"][role == place] >= 0).all()
