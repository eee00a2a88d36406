import pytest

from calque.errors import BadValue
from calque.projection.respell import respell
from calque.values import Lexicon, Texts

RULES = Lexicon.of(
    [("k", "ك", 1.0), ("a", "''", 2.0), ("a", "ا", 1.0), ("t", "ت", 1.0), ("t", "ط", 1.0), ("^a", "أ", 1.0)],
    "mlt",
    "ara",
)  # fmt: skip


def test_usual_letters_are_the_heaviest_then_the_first():
    view = respell(Texts.of(["Kat, ata OK!", ""], "mlt"), RULES)
    assert list(view.rewritten) == ["كت, أت OK!".replace("OK", "oك"), ""]
    assert view.rewritten.language == "ara"


def test_a_known_word_decides_among_spellings():
    known = Texts.of(["كاط كاط كت"], "ara")
    assert list(respell(Texts.of(["kat kat ta"]), RULES, known).rewritten) == ["كاط كاط ت"]
    vowelled = Texts.of(["كَاطٌ"], "ara")
    assert list(respell(Texts.of(["kat"]), RULES, vowelled).rewritten) == ["كاط"]


def test_every_word_is_linked_to_what_became_of_it():
    view = respell(Texts.of(["Kat - ata!", "نهر kat"]), RULES)
    for links, size in zip(view.word_links(), (4, 2), strict=True):
        assert links.size == (size, size)
        assert links.pairs.tolist() == [[i, i] for i in range(size)]
    _, _, start, end = view.spans_of(0)[0]
    assert next(iter(view.rewritten))[start:end] == "كت"


def test_a_table_without_rules_is_refused():
    with pytest.raises(BadValue, match="no rules"):
        respell(Texts.of(["a"]), Lexicon.of([]))
