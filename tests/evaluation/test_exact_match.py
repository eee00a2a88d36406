"""Answers that are the right words, by hand."""

import pytest

from calque.errors import BadValue
from calque.evaluation.exact_match import exact_match


def test_case_punctuation_and_articles_do_not_count():
    made = ["the Red house!", "Berlin", "", "cats", "die Katze"]
    gold = ["red house", ["Bonn", "berlin"], "", "cat", "Katze"]
    score = exact_match(made, gold, language="eng")
    assert score.value == pytest.approx(3 / 5)
    assert score.low <= score.value <= score.high
    assert exact_match(made, gold, language="deu").value == pytest.approx(3 / 5)
    assert exact_match([""], ["x"]).value == exact_match(["x"], [""]).value == 0
    assert exact_match([""], [[]]).value == 1  # a list without answers says that there is none


def test_what_does_not_fit_is_named():
    with pytest.raises(BadValue, match=r"evaluation\.exact_match: 1 answers to 0 questions"):
        exact_match(["a"], [])
