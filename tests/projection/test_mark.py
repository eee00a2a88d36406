"""Markers around spans, in forms that the text does not hold itself."""

import pytest

from calque.errors import BadSetting, BadValue
from calque.projection.mark import mark
from calque.values import Labelled

EXAMPLES = Labelled.of(
    [
        {
            "words": ["Asha", "lives", "in", "New", "York", "."],
            "tags": ["B-P", "O", "O", "B-L", "I-L", "O"],
        },
        {"words": ["a", "[", "b"], "tags": ["B-X", "O", "B-Y"]},
        {"words": ["no", "[1", "span"], "tags": ["O", "O", "O"]},
        {"words": [], "tags": []},
    ],
    "tags",
    "eng",
)


@pytest.mark.parametrize(
    ("style", "wanted"),
    [
        ("numbered", ["[1 Asha] lives in [2 New York] .", "{1 a} [ {2 b}"]),
        ("brackets", ["[Asha] lives in [New York] .", "{a} [ {b}"]),
        ("tags", ["<a>Asha</a> lives in <b>New York</b> .", "<a>a</a> [ <b>b</b>"]),
        ("quotes", ['"Asha" lives in "New York" .', '"a" [ "b"']),
    ],
)
def test_every_style_marks_every_span(style, wanted):
    made = mark(EXAMPLES, style=style)
    assert list(made) == [*wanted, "no [1 span", ""]
    assert made.language == "eng"


def test_a_text_that_holds_markers_of_every_kind_stays_and_is_counted(caplog):
    full = Labelled.of([{"words": ["a", "[", "{", "⟩"], "tags": ["B-X", "O", "O", "O"]}], "tags")
    assert list(mark(full)) == ["a [ { ⟩"]
    assert "1 texts hold markers of every kind" in caplog.text
    assert list(mark(full, style="tags")) == ["<a>a</a> [ { ⟩"]
    tagged = Labelled.of([{"words": ["x", "< A >"], "tags": ["B-X", "O"]}], "tags")
    assert list(mark(tagged, style="tags")) == ["<ma>x</ma> < A >"]


def test_answers_are_marked_at_their_characters():
    rows = [
        {"context": "Asha came to Mombasa.", "question": "?", "answer": "Mombasa", "start": 13},
        {"context": "Asha came.", "question": "?", "answer": "", "start": -1},
    ]
    assert list(mark(Labelled.of(rows, "answer"))) == ["Asha came to [1 Mombasa].", "Asha came."]


def test_more_spans_than_letters_have_tags_of_two():
    many = Labelled.of([{"words": ["w"] * 60, "tags": ["B-X"] * 60}], "tags")
    (text,) = mark(many, style="tags")
    assert text.startswith("<a>w</a> <b>") and "<z>w</z> <aa>w</aa>" in text
    assert len({piece.split(">")[0] for piece in text.split()}) == 60


def test_what_makes_no_sense_is_refused():
    with pytest.raises(BadSetting, match="style must be numbered, brackets, tags or quotes"):
        mark(EXAMPLES, style="stars")  # type: ignore[arg-type]
    with pytest.raises(BadValue, match="'class' have no spans"):
        mark(Labelled.of([{"text": "a", "label": "x"}], "class"))
