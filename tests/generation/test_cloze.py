import pytest

from calque.errors import BadValue
from calque.generation.cloze import cloze
from calque.synthetic import family
from calque.values import Labelled

ROW = {
    "words": ["Asha", "lives", "in", "New", "York", "."],
    "tags": ["B-PER", "O", "O", "B-LOC", "I-LOC", "O"],
}


def test_each_span_is_asked_for_where_it_stands():
    found = cloze(Labelled.of([ROW], "tags", "eng"))
    assert found.task == "answer" and found.language == "eng"
    text = "Asha lives in New York ."
    assert list(found) == [
        {"context": text, "question": "who lives in New York ?", "answer": "Asha", "start": 0}
        | {"row": 0, "span": 0},
        {"context": text, "question": "Asha lives in where ?", "answer": "New York", "start": 14}
        | {"row": 0, "span": 1},
    ]


def test_words_of_ones_own():
    found = cloze(Labelled.of([ROW], "tags"), words={"PER": "nani", "": "nini"})
    assert found.table["question"].to_pylist() == [
        "nani lives in New York ?",
        "Asha lives in nini ?",
    ]


def test_answers_stand_where_they_are_said_to():
    found = cloze(family(languages=2, seed=1).labelled("ner", "qab", 200))
    assert len(found) > 150
    for row in found:
        assert row["context"][row["start"] :].startswith(row["answer"])
        assert (
            f" {row['answer']} " not in f" {row['question']} "
            or row["context"].count(row["answer"]) > 1
        )


def test_what_asks_nothing():
    rows = [
        {"words": [], "tags": []},
        {"words": ["Asha", "."], "tags": ["B-PER", "O"]},
        {"words": ["rain"], "tags": ["O"]},
        {"words": ["a", "b"], "tags": [None, None]},
    ]
    found = cloze(Labelled.of(rows, "tags"))
    assert len(found) == 0 and found.table.column_names[-2:] == ["row", "span"]
    with pytest.raises(BadValue, match="task 'class' have no spans"):
        cloze(Labelled.of([], "class"))
