"""Words that answers share, by hand, and as MLQA's script cuts and cleans them."""

import pytest

from calque.errors import BadValue
from calque.evaluation.answer_f1 import answer_f1
from calque.evaluation.answer_words import answer_words


def test_four_answers_by_hand():
    made = ["the red house", "Berlin", "", "a cat"]
    gold = ["A red door", "berlin.", "", ["dog", "the black cat"]]
    score = answer_f1(made, gold, language="eng")
    # red of (red, house) and (red, door); the same; none and none; cat of (cat) and (black, cat)
    assert score.value == pytest.approx((0.5 + 1 + 1 + 2 / 3) / 4)
    assert score.low <= score.value <= score.high and score.n == 4
    assert score.conditions["language"] == "eng"
    assert answer_f1(["x", ""], ["", "x"]).value == 0


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("eng", "The U.S. and an $8-a-day wage", ["us", "and", "8aday", "wage"]),
        ("deu", "der Große, die Kaiserin", ["große", "kaiserin"]),
        ("es", "Los «años» ochenta", ["años", "ochenta"]),
        ("vie", "những người của làng", ["người", "làng"]),
        ("arb", "الكتاب الكبير،", ["كتاب", "كبير"]),
        ("hin", "नई दिल्ली।", ["नई", "दिल्ली"]),
        ("zho", "2008年奥运会", ["2008", "年", "奥", "运", "会"]),
        ("tha", "ที่ บ้าน", ["ที่", "บ้", "า", "น"]),
        ("und", "The house", ["the", "house"]),
        ("eng", "", []),
    ],
)
def test_words_by_language(language, text, words):
    assert answer_words(text, language) == words


def test_what_does_not_fit_is_named():
    with pytest.raises(BadValue, match="1 answers to 2 questions"):
        answer_f1(["a"], ["a", "b"])
    with pytest.raises(BadValue, match="question 1: answers are texts"):
        answer_f1(["a", None], ["a", "b"])
