import pytest

from calque.data.pairs import pairs as beside
from calque.errors import BadValue
from calque.projection.precomputed import precomputed
from calque.values import Bitext, Texts


def test_line_i_translates_text_i(caplog):
    texts = Texts.of(["Yes", "No .", "Yes", ""], "eng")
    lines = Texts.of(["Ndiyo", "", "Naam", ""], "swh")
    view = precomputed(texts, beside(texts, lines))
    assert list(view.rewritten) == ["Ndiyo", "", "Naam", ""]
    assert view.rewritten.language == "swh" and list(view.original) == list(texts)
    assert view.rewritten.table["trouble"].to_pylist() == ["", "empty answer", "", ""]
    assert "1 of 4 texts: 1 empty answer" in caplog.text
    assert not view.rewritten.tokenized


def test_texts_in_another_order_and_new_ones(caplog):
    known = Bitext.of([("a b", "x"), ("c", "y")], "eng", "swh")
    view = precomputed(Texts.of(["c", "new", " a  b "], "eng"), known)
    assert list(view.rewritten) == ["y", "", "x"]
    assert view.rewritten.table["trouble"].to_pylist() == ["", "not among the pairs", ""]
    assert "1 of 3 texts: 1 not among the pairs" in caplog.text


def test_words_of_tagged_texts_stay_the_words():
    texts = Texts.of(["New\u00a0York is big .", "a"], "eng", tokenized=True)
    lines = Texts.of(["New York ni kubwa.", "x\u2028y"], "swh")
    view = precomputed(texts, beside(texts, lines))
    assert list(view.original) == list(texts)
    assert list(view.rewritten) == ["New York ni kubwa .", "x y"]
    assert view.rewritten.tokenized and view.bitext.tokenized


def test_a_file_of_another_length_is_refused():
    with pytest.raises(
        BadValue, match="2 texts and 1 translations; a missing translation needs an"
    ):
        beside(Texts.of(["a", "b"]), Texts.of(["x"]))
