"""One language's tokenizer: copies and originals change names."""

from made_tokenizers import bert

from calque.values import Texts
from calque.vocabulary.split import split
from calque.vocabulary.spoken import spoken


def test_by_hand():
    words = bert(["in on"] * 9, 40)
    made = split(words, [Texts.of(["in in"], "eng"), Texts.of(["in on"], "deu")], most=9)
    assert made.pieces[len(words) :] == ("in⟨eng⟩", "in⟨deu⟩")
    german, old = spoken(made, language="deu"), words.pieces.index("in")
    assert german.pieces[len(words) :] == ("in⟨eng⟩", "in") and german.pieces[old] == "in⟨deu⟩"
    assert german.fast.encode("in", add_special_tokens=False).ids == [len(words) + 1]
    assert german.fast.decode([old, len(words), len(words) + 1]) == "in in in"
