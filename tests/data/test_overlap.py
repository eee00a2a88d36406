import pytest

from calque.data.overlap import overlap
from calque.values import Labelled, Texts


def places(train, test):
    return [(row["test_row"], row["train_row"]) for row in overlap(train, test)]


def test_equal_texts_are_found_whatever_their_case_spaces_and_form():
    train = Texts.of(["Straße  frei", "another", "ọjọ́", "another"])
    test = Texts.of(["nothing", " STRASSE\u00a0FREI\n", "ọjọ́", "Another"])
    assert places(train, test) == [(1, 0), (2, 2), (3, 1)]


def test_labels_do_not_count():
    train = Labelled.of([{"text": "a", "label": "x"}], "class")
    test = Labelled.of([{"text": "A", "label": "y"}, {"text": "b", "label": "x"}], "class")
    assert places(train, test) == [(0, 0)]
    assert places(Texts.of(["a"]), test) == [(0, 0)]


@pytest.mark.parametrize(
    ("task", "row", "other", "shown"),
    [
        ("pair", {"text": "a", "text_b": "b"}, {"text": "ab", "text_b": ""}, "a ||| b"),
        (
            "tags",
            {"words": ["a", "b"], "tags": ["O", "O"]},
            {"words": ["ab"], "tags": ["O"]},
            "a b",
        ),
        ("answer", {"context": "a", "question": "b"}, {"context": "a", "question": "c"}, "a ||| b"),
    ],
)
def test_every_side_counts(task, row, other, shown):
    train, test = Labelled.of([row], task), Labelled.of([other, row], task)
    assert list(overlap(train, test)) == [{"test_row": 1, "train_row": 0, "text": shown}]


def test_long_texts_are_cut_for_show_but_compared_whole():
    found = overlap(Texts.of(["x" * 300]), Texts.of(["x" * 300, "x" * 301]))
    assert list(found) == [{"test_row": 0, "train_row": 0, "text": "x" * 200 + "…"}]


def test_empty_sets_share_nothing():
    assert (
        len(overlap(Texts.of([]), Texts.of(["a"])))
        == len(overlap(Texts.of(["a"]), Texts.of([])))
        == 0
    )
