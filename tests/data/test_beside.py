"""Rewritten texts as pairs."""

from calque.data.beside import beside
from calque.values import Texts, View

VIEW = View.whole(Texts.of(["река", "Ok", ""], "rus"), Texts.of(["reka", "Ok", ""], "rus_Latn"))


def test_the_original_is_the_source():
    pairs = beside(VIEW)
    assert list(pairs) == [("река", "reka"), ("Ok", "Ok"), ("", "")]
    assert (pairs.source, pairs.target) == ("rus", "rus_Latn")


def test_what_stayed_as_it_was_can_be_left_out():
    assert list(beside(VIEW, changed=True)) == [("река", "reka")]
