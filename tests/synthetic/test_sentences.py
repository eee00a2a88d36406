import numpy as np
import pytest

from calque.synthetic import family
from calque.synthetic.linking import link
from calque.synthetic.meanings import ROLES, Clauses
from calque.synthetic.sentences import realize
from calque.synthetic.trees import RELATIONS, heads, relations

FAMILY = family(
    languages=3,
    scripts=("Latn", "Cyrl", "Thai"),
    order=("SVO", "SOV", "VSO"),
    morphology=("isolating", "agglutinative", "fusional"),
    articles=(True, False, True),
    overlap=0.0,
    concepts=120,
)
WORLD = FAMILY.world


def concept(category: str, place: int = 0) -> int:
    return WORLD.starts[category] + place


@pytest.fixture
def clause() -> Clauses:
    """The big child did not see Anna Adams near Rome. (the place names are no names of anything)"""
    columns = {"verb": concept("verb"), "tense": 1, "negated": 1, "adverb": -1, "mood": 0}
    columns |= {"relation": 1, "topic": 0}
    columns |= {f"{role}.{part}": -1 for role in ROLES for part in ("noun", "second", "modifier")}
    columns |= {f"{role}.{part}": 0 for role in ROLES for part in ("plural", "definite")}
    columns |= {"agent.noun": concept("person"), "agent.definite": 1}
    columns |= {"agent.modifier": concept("adjective"), "patient.noun": concept("given")}
    columns |= {"patient.second": concept("surname"), "place.noun": concept("location")}
    return Clauses({name: np.array([value]) for name, value in columns.items()})


def say(code: str, clause: Clauses):
    return realize(WORLD, FAMILY.language(code), clause)


def lemma(code: str, category: str, place: int = 0) -> str:
    return FAMILY.language(code).forms[concept(category, place), 0]


def test_words_of_an_isolating_language(clause):
    # the big child PAST not see Anna Adams near Rome .
    expected = ["article", "adjective", "person", "auxiliary", "negation", "verb"]
    expected = [lemma("qaa", name) for name in [*expected, "given", "surname"]]
    expected += [lemma("qaa", "adposition", 1), lemma("qaa", "location"), "."]
    assert say("qaa", clause).words == [expected]
    assert say("qaa", clause).cut(say("qaa", clause).upos) == [
        ["DET", "ADJ", "NOUN", "AUX", "PART", "VERB", "PROPN", "PROPN", "ADP", "PROPN", "PUNCT"]
    ]


def test_a_gist_says_who_does_what():
    for code in FAMILY.languages:
        pairs = [FAMILY.sentences(code, 200, of=of) for of in ("statements", "gists")]
        for whole, short, said in zip(*(one.words for one in pairs), FAMILY.texts(code, 200, of="gists"), strict=True):  # fmt: skip
            assert " ".join(short) == said
            rest = iter(whole)
            # in other forms where what stood before a noun is gone, never in another order
            assert len(short) <= len(whole) and short[-1] == whole[-1]
            if code != "qac":
                assert all(word in rest for word in short)
        for role in ("owner", "place", "time"):
            assert (pairs[1].clauses[f"{role}.noun"] < 0).all()
        for name in ("verb", "agent.noun", "patient.noun", "negated", "tense"):
            np.testing.assert_array_equal(pairs[1].clauses[name], pairs[0].clauses[name])


def test_words_of_an_agglutinative_language(clause):
    # big child Adams Anna-ACC Rome-NEAR not-see-PAST .
    words = say("qab", clause).words[0]
    stems = [
        ("adjective", 0),
        ("person", 0),
        ("surname", 0),
        ("given", 0),
        ("location", 0),
        ("verb", 0),
    ]
    assert len(words) == 7
    for word, stem in zip(words, stems, strict=False):
        assert word.startswith(lemma("qab", *stem))
    bare = [word == lemma("qab", *stem) for word, stem in zip(words, stems, strict=False)]
    assert bare == [True, True, True, False, False, False]


def test_links_by_hand(clause):
    (found,) = link(say("qaa", clause), say("qab", clause))
    sure = [(1, 0), (2, 1), (5, 5), (6, 3), (7, 2), (9, 4), (10, 6)]
    possible = [(3, 5), (4, 5), (8, 4)]  # past, not, near are suffixes there; "the" is nothing
    assert list(map(tuple, found.pairs[found.sure].tolist())) == sure
    assert list(map(tuple, found.pairs[~found.sure].tolist())) == possible
    assert found.size == (11, 7)
    (back,) = link(say("qab", clause), say("qaa", clause))
    np.testing.assert_array_equal(back.swapped.pairs, found.pairs)
    np.testing.assert_array_equal(back.swapped.sure, found.sure)


def test_trees_by_hand(clause):
    said = say("qaa", clause)
    assert heads(said) == [3, 3, 6, 6, 6, 0, 6, 7, 10, 6, 6]
    names = [RELATIONS[i] for i in relations(said)]
    assert names == [
        "det",
        "amod",
        "nsubj",
        "aux",
        "advmod",
        "root",
        "obj",
        "flat",
        "case",
        "obl",
        "punct",
    ]
    said = say("qab", clause)  # the surname comes first, so it is the head of the name
    assert heads(said) == [2, 6, 6, 3, 6, 0, 6]
    assert [RELATIONS[i] for i in relations(said)] == [
        "amod",
        "nsubj",
        "obj",
        "flat",
        "obl",
        "root",
        "punct",
    ]


def test_writing_and_where_words_start(clause):
    spaced, dense = say("qaa", clause), say("qac", clause)
    assert spaced.texts(False)[0] == " ".join(spaced.words[0][:-1]) + "."
    assert dense.texts(False)[0] == "".join(dense.words[0])
    assert dense.texts(True)[0] == " ".join(dense.words[0])
    for code in FAMILY.languages:
        for of in ("statements", "contexts", "questions"):
            said = FAMILY.sentences(code, 20, of=of)
            for tokenized in (True, False):
                texts, starts = said.texts(tokenized), said.starts(tokenized)
                for text, begins, words in zip(texts, starts, said.words, strict=True):
                    assert [
                        text[a : a + len(w)] for a, w in zip(begins, words, strict=True)
                    ] == words


def test_a_question_word_moves_to_the_front_before_the_object():
    asks = WORLD.members("question")[:-1]
    words = {c: set(FAMILY.language(c).forms[asks, 0]) for c in FAMILY.languages}
    first = {
        c: [w[0] in words[c] for w in FAMILY.sentences(c, 50, of="questions").words] for c in words
    }
    assert all(first["qaa"]) and all(first["qac"])
    assert 0 < sum(first["qab"]) < 50
    for code, forms in words.items():
        for row in FAMILY.sentences(code, 50, of="questions").words:
            assert sum(word in forms for word in row) == 1
