import pytest

from calque.languages.cutting import cut
from calque.languages.maltese import split, to_arabic

# Words whose Arabic cognates are well known: spelled so by the usual letters alone.
COGNATES = {
    "ktieb": "كتاب", "qalb": "قلب", "kelb": "كلب", "għajn": "عين", "lejl": "ليل", "baħar": "بحر",
    "mara": "مرة", "sena": "سنة", "xahar": "شهر", "bint": "بنت", "bieb": "باب",
    "għandha": "عندها", "nies": "ناس",
}  # fmt: skip


@pytest.mark.parametrize("word", COGNATES)
def test_words_of_known_spelling(word):
    assert to_arabic().usual(word) == COGNATES[word]


def test_articles_and_prepositions_are_written_as_wholes():
    usual = to_arabic().usual
    assert [usual(w) for w in ("il-", "ix-", "Iċ-", "fit-", "tal-", "bħall-", "u", "ta'")] == [
        "ال", "ال", "ال", "فال", "تاع ال", "بحال ال", "و", "تاع",
    ]  # fmt: skip


def test_what_is_no_letter():
    usual = to_arabic().usual
    assert [usual(w) for w in ("2022", "?", "!", "北京")] == ["٢٠٢٢", "؟", "!", "北京"]


def test_articles_and_prepositions_keep_their_mark():
    text = "Il-belt ta’ Malta: m'għandhiex x'tgħid lill-qattus, well-known."
    assert [word.text for word in split(text)] == [
        "Il-", "belt", "ta’", "Malta", ":", "m'", "għandhiex", "x'", "tgħid", "lill-", "qattus",
        ",", "well", "-", "known", ".",
    ]  # fmt: skip
    assert all(text[word.start : word.end] == word.text for word in split(text))


def test_a_mark_apart_from_its_word_is_a_word():
    assert [word.text for word in split("il - belt '")] == ["il", "-", "belt", "'"]
    assert split("") == []


def test_only_maltese_is_cut_so():
    assert [w.text for w in cut("il-belt", "mlt")] == ["il-", "belt"]
    assert [w.text for w in cut("il-belt", "mlt_Latn")] == ["il-", "belt"]
    assert [w.text for w in cut("il-belt", "ita")] == ["il", "-", "belt"]


def test_tokenized_text_is_cut_at_spaces_alone():
    found = cut(" il-belt  a\u00a0b ", "mlt", tokenized=True)
    assert found == [("il-belt", 1, 8), ("a\u00a0b", 10, 13)]
