"""Corrections by hand: applied where they fit, refused where they do not."""

import pytest

from calque.errors import BadValue
from calque.projection.account import account
from calque.projection.by_links import by_links
from calque.projection.chain import chain
from calque.projection.complete import complete
from calque.projection.correct import correct
from calque.roles import projector
from calque.values import Labelled, Table

EXAMPLES, VIEW = projector.example(0)
PROJECTED = by_links(EXAMPLES, VIEW)
NEW_YORK = next(k for k, row in enumerate(PROJECTED, 1) if "anaishi" in row["words"])


def change(span, words, place=None, example=NEW_YORK):
    start, end = place or (None, None)
    return {"example": example, "span": span, "change": "place" if place else "wrong",
            "start": start, "end": end, "words": words, "line": 2}  # fmt: skip


def corrected(*rows, of=PROJECTED):
    made = list(correct(of, Table(rows)))
    one = made[NEW_YORK - 1]
    return " ".join(one["tags"]), [
        (e["outcome"], e["reason"], e["projector"]) for e in one["account"]
    ]


BY_HAND = "corrected by hand"


def test_nothing_to_correct_changes_no_label():
    made = correct(PROJECTED, Table(()))
    assert made.gold == PROJECTED.gold
    assert list(account(made)) == list(account(PROJECTED))


def test_a_wrong_span_is_lost_and_a_placed_one_is_sure():
    assert corrected()[0] == "B-PER O B-LOC I-LOC O"
    assert corrected(change(1, "Asha")) == (
        "O O B-LOC I-LOC O", [("lost", BY_HAND, ""), ("kept", "", "")])  # fmt: skip
    tags, told = corrected(change(1, "Asha anaishi", (0, 2)))
    assert tags == "B-PER I-PER B-LOC I-LOC O"
    assert told[0] == ("changed", BY_HAND, "person")
    made = correct(PROJECTED, Table((change(1, "Asha anaishi", (0, 2)),)))
    assert len(complete(made)) == len(complete(PROJECTED))


def test_a_corrected_span_takes_words_from_others():
    tags, told = corrected(change(1, "Asha anaishi New", (0, 3)))
    assert tags == "B-PER I-PER I-PER O O"
    assert told == [("changed", BY_HAND, "person"), ("lost", "taken by another span", "")]
    both = (change(1, "York", (3, 4)), change(2, "Asha", (0, 1)))
    assert corrected(*both)[0] == "B-LOC O O B-PER O"


def test_who_found_the_other_spans_stays_known():
    made = chain([PROJECTED], names=["links"])
    assert [one[2] for one in corrected(change(1, "Asha"), of=made)[1]] == ["", "links"]


def test_answers_are_corrected_too():
    row = {"context": "Asha came home.", "question": "?", "answer": "Asha", "start": 0}
    entry = {"kind": "answer", "start": 0, "end": 1, "new_start": 0, "new_end": 1,
             "outcome": "kept", "reason": "", "confidence": 1.0}  # fmt: skip
    given = Labelled.of([row | {"account": [entry]}], "answer")
    (made,) = correct(given, Table((change(1, "came home", (1, 3), example=1),)))
    assert (made["answer"], made["start"]) == ("came home", 5)
    (gone,) = correct(given, Table((change(1, "Asha", example=1),)))
    assert (gone["answer"], gone["start"]) == (None, None)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([change(1, "Kofi")], "line 2: example .* its words are 'Kofi', but those of the examples 'Asha'"),
        ([change(3, "x")], "the example has 2 spans"),
        ([change(1, "x", example=99)], "there are 7 examples"),
        ([change(1, "x", (4, 9))], "words 4 to 9 do not lie in a text of 5 words"),
        ([change(1, "x", (2, 2))], "words 2 to 2 do not lie"),
        ([change(1, "Asha"), change(1, "Asha")], "corrected already"),
        ([change(1, "New", (2, 3)), change(2, "New York", (2, 4))], "another corrected span"),
    ],
)  # fmt: skip
def test_corrections_of_something_else_are_refused(rows, said):
    with pytest.raises(BadValue, match=said):
        correct(PROJECTED, Table(tuple(rows)))
