"""Tuples found again in translations by a scripted model, and what is left out."""

import pytest

from calque.errors import BadValue
from calque.generation.read_tuples import read_tuples
from calque.generation.tuple_prompts import tuple_prompts
from calque.projection.precomputed import precomputed
from calque.values import Bitext, Labelled, Texts

LIVES = {"relation": "lives in", "arguments": ["Asha", "Rome"], "score": 0.5}
RUNS = {"relation": "runs", "arguments": ["Asha"], "score": 1.0}
EXAMPLES = Labelled.of(
    [
        {
            "words": ["Asha", "lives", "in", "Rome", "and", "runs", "."],
            "tuples": [LIVES, RUNS, RUNS],
        },
        {"words": ["Rain"], "tuples": []},
        {"words": ["Asha", "runs"], "tuples": [RUNS]},
        {"words": ["she", "runs"], "tuples": [RUNS]},
    ],
    "tuples",
    "eng",
)
SAID = ["Asha anaishi Roma na anakimbia.", "Mvua", "", "anakimbia"]


def as_view(texts, answers):
    """What a model that has these answers makes of texts."""
    return precomputed(texts, Bitext.of(list(zip(texts, answers, strict=True)), "eng", "swh"))


def translated(said=SAID):
    return as_view(Texts.of([" ".join(row["words"]) for row in EXAMPLES], "eng"), said)


def read(*answers):
    view = translated()
    found = read_tuples(EXAMPLES, view, as_view(tuple_prompts(EXAMPLES, view), answers))
    return found, found.table["trouble"].to_pylist()


GOOD = ["Asha | anaishi | Roma", "Asha | anakimbia", "Asha | anakimbia", "anakimbia | anakimbia"]


def test_a_question_shows_sentence_tuple_and_translation():
    prompts = list(tuple_prompts(EXAMPLES, translated()))
    assert len(prompts) == 4  # of the third sentence there is no translation
    assert prompts[0] == (
        "sentence: Asha lives in Rome and runs . | tuple: Asha | lives in | Rome | translation: Asha anaishi Roma na anakimbia."
    )


def test_good_answers_become_examples():
    found, troubles = read(*GOOD)
    assert troubles == ["", "", "empty answer", ""]
    row = next(iter(found))
    assert row["words"] == ["Asha", "anaishi", "Roma", "na", "anakimbia", "."]
    assert row["tuples"] == [
        {"relation": "anaishi", "arguments": ["Asha", "Roma"], "score": 0.5},
        {"relation": "anakimbia", "arguments": ["Asha"], "score": 1.0},
    ]
    assert found.language == "swh"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Asha | anaishi", "not as many places"),
        ("Asha | anaishi |  | Roma", "not as many places"),
        ("Asha |  | Roma", "an empty place"),
        ("Asha | lives in | Roma", "do not stand so"),
        ("Roma anaishi | Asha | Roma", "do not stand so"),
        ("I cannot do that.", "not as many places"),
    ],
)
def test_one_wrong_answer_leaves_the_sentence_out(answer, why):
    found, troubles = read(answer, *GOOD[1:])
    assert why in troubles[0] and troubles[1] == ""
    assert next(iter(found))["tuples"] == []


def test_what_makes_no_sense_is_refused():
    view = translated()
    with pytest.raises(BadValue, match="1 answers to 4 questions"):
        read_tuples(EXAMPLES, view, as_view(Texts.of(["x"], "eng"), ["y"]))
    with pytest.raises(BadValue, match="as many translations as examples"):
        tuple_prompts(EXAMPLES.take([0]), view)
