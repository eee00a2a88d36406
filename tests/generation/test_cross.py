import numpy as np
import pytest

from calque.data.view import view
from calque.errors import BadValue
from calque.generation.ask import ask
from calque.generation.cloze import cloze
from calque.generation.cross import cross
from calque.generation.valid import valid
from calque.projection.by_links import by_links
from calque.synthetic import family
from calque.values import Bitext, Labelled, Links, Texts, View

MADE = family(languages=2, scripts=("Latn", "Cyrl"), order=("SVO", "SOV"), seed=4)
N = 1500
TAGGED, GOLD = (MADE.labelled("ner", code, N) for code in ("qaa", "qab"))
BITEXT, LINKS = MADE.bitext("qaa", "qab", N), MADE.links("qaa", "qab", N)
QUESTIONS = cloze(TAGGED)


PHRASES = ("row", "answer", "start")


def sure(links):
    """The sure links, over which spans go as wholes."""
    return Links(links.pairs[links.sure], links.size)


def projected(links):
    return by_links(TAGGED, view(BITEXT, links))


def places(examples):
    """Row, answer and place of every example, in order of their places."""
    return sorted(tuple(row[name] for name in PHRASES) for row in examples)


def test_gold_links_give_every_answer_exactly():
    made = cross(QUESTIONS, projected([sure(one) for one in LINKS]))
    assert set(made.table["trouble"].to_pylist()) == {""} and made.language == "qab"
    assert len(made) > 1000 and places(made) == places(cloze(GOLD))
    assert made.table["question"].to_pylist() == QUESTIONS.table["question"].to_pylist()
    for row in made:
        assert row["context"][row["start"] :].startswith(row["answer"])
    assert len(valid(made)) == len(made)


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_lost_links_cost_what_they_must(rate):
    """An answer is exact where the links of its first and last word are there."""
    random = np.random.default_rng(7)
    noisy = []
    for one in map(sure, LINKS):
        noisy.append(Links(one.pairs[random.random(len(one)) >= rate], one.size))
    made = cross(QUESTIONS, projected(noisy), whole=False)
    gold = set(places(cloze(GOLD)))
    right = np.array([tuple(row[name] for name in PHRASES) in gold for row in made])
    words = np.array([len(row["answer"].split()) for row in QUESTIONS])
    assert set(words.tolist()) == {1, 2}
    expected = (1 - rate) ** words
    assert abs(right.mean() - expected.mean()) < 3 * np.sqrt(
        (expected * (1 - expected)).sum()
    ) / len(right)
    lost = [row["trouble"] for row in made if row["answer"] is None]
    assert set(lost) == {"the answer is lost: no word is linked"}
    assert len(lost) / len(made) == pytest.approx((rate**words).mean(), abs=0.03)


def test_what_question_and_context_share_is_what_a_translation_must_hold():
    made = cross(QUESTIONS, projected([sure(one) for one in LINKS]))
    by_row = {}
    for row in cloze(GOLD):
        by_row.setdefault(row["row"], []).append(row["answer"])
    for row in made:
        others = [one for one in by_row[row["row"]]]
        others.remove(row["answer"])
        assert sorted(row["constraints"]) == sorted(set(others))
    assert sum(bool(row["constraints"]) for row in made) > 500


def test_questions_and_contexts_of_either_language():
    """All four directions, and what is wrong with a question."""
    some = QUESTIONS.take(range(6))
    made = cross(some, projected([sure(one) for one in LINKS]))
    texts = Texts.of(made.table["question"].to_pylist(), "qaa")
    said = [" ".join(["ko", *row["constraints"], "?"]) for row in made]
    said[1], said[2] = " ", "ko " + list(made)[2]["answer"].upper() + " ?"
    linked = next(k for k, row in enumerate(made) if k > 2 and row["constraints"])
    said[linked] = "ko ?"
    asked = View.whole(texts, Texts.of(said, "qab"))
    foreign, mixed = ask(made, asked), ask(some, asked)
    assert foreign.table["question"].to_pylist() == mixed.table["question"].to_pylist() == said
    assert foreign.table["context"].to_pylist() == made.table["context"].to_pylist()
    assert mixed.table["answer"].to_pylist() == some.table["answer"].to_pylist()
    troubles = foreign.table["trouble"].to_pylist()
    assert troubles[1] == "no question" and troubles[2] == "the question holds its answer"
    assert troubles[linked] == "the question lacks a phrase"
    assert not any(troubles[k] for k in range(6) if k not in (1, 2, linked))
    assert len(valid(foreign)) == 3


def test_what_is_refused():
    with pytest.raises(BadValue, match="no column 'account'"):
        cross(QUESTIONS, TAGGED)
    few = projected([sure(one) for one in LINKS]).take(range(2))
    with pytest.raises(BadValue, match="a question about example"):
        cross(QUESTIONS, few)
    assert len(cross(QUESTIONS.take([]), few)) == 0
    none = View.whole(Texts.of([]), Texts.of([]))
    assert ask(QUESTIONS.take([]), none).table["trouble"].to_pylist() == []
    with pytest.raises(BadValue, match="needs as many questions as examples"):
        ask(QUESTIONS, none)


def test_an_answer_that_lost_a_word_is_trouble_unless_it_may_be():
    tags = Labelled.of(
        [{"words": ["New", "York", "is"], "tags": ["B-LOC", "I-LOC", "O"]}], "tags", "eng"
    )
    pairs = Bitext.of([("New York is", "York x y New")], "eng", "swh", tokenized=True)
    links = [Links(np.array([[0, 3], [1, 0]]), (3, 4))]
    made = by_links(tags, view(pairs, links))
    [row] = cross(cloze(tags), made)
    assert row["answer"] is None and row["trouble"] == "part of it is linked elsewhere"
    [row] = cross(cloze(tags), made, whole=False)
    assert row["answer"] == "York" and row["start"] == 0 and row["trouble"] == ""
