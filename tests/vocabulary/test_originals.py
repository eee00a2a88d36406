"""A split vocabulary says what the whole one said."""

from made_tokenizers import bert

from calque.values import Texts
from calque.vocabulary.originals import originals
from calque.vocabulary.split import split


def test_copies_are_made_of_their_originals():
    words = bert(["in on"] * 9, 40)
    made = split(words, [Texts.of(["in in"], "eng"), Texts.of(["in on"], "deu")], most=9)
    mixture = originals(words, made)
    assert mixture.origins("in⟨deu⟩") == mixture.origins("in⟨eng⟩") == [("in", 1.0)]
    assert mixture.known.all()
