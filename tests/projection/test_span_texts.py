"""The texts of spans alone, one per span, in order."""

from calque.projection.span_texts import span_texts
from calque.values import Labelled


def test_every_span_is_a_text():
    rows = [
        {
            "words": ["Asha", "lives", "in", "New", "York", "."],
            "tags": ["B-P", "O", "O", "B-L", "I-L", "O"],
        },
        {"words": ["none"], "tags": ["O"]},
        {"words": ["b", "c"], "tags": ["B-X", "B-X"]},
    ]
    made = span_texts(Labelled.of(rows, "tags", "eng"))
    assert list(made) == ["Asha", "New York", "b", "c"]
    assert made.language == "eng"
    answer = {"context": "Asha came.", "question": "?", "answer": "came", "start": 5}
    assert list(span_texts(Labelled.of([answer], "answer"))) == ["came"]
    assert len(span_texts(Labelled.of([], "tags"))) == 0
