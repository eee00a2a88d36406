"""Answers in another language."""

import pytest

from calque.errors import BadValue
from calque.projection.retold import retold
from calque.projection.translate_words import translate_words
from calque.values import Lexicon, Predictions, Texts, View


def test_answers_are_translated_and_none_stays_none():
    lexicon = Lexicon.of([("house", "casa", 1.0)], "eng", "por")

    def way(texts: Texts) -> View:
        assert texts.language == "eng"
        return translate_words(texts, lexicon)

    said = Predictions(("House 7", ""), starts=(4, -1))
    assert list(retold(said, way, language="eng")) == ["casa 7", ""]


def test_labels_are_refused():
    with pytest.raises(BadValue, match="only answers"):
        retold(Predictions(("yes",)), lambda texts: View.whole(texts, texts))
