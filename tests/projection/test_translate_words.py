from calque.projection.translate_words import translate_words
from calque.values import Lexicon, Texts

LEXICON = Lexicon.of(
    [("dar", "house", 1.0), ("dar", "home", 2.0), ("Malta", "Malta", 1.0), ("stajt", "i could", 1.0)],
    "mlt",
    "eng",
)  # fmt: skip


def test_the_heaviest_translation_and_words_without_one():
    view = translate_words(Texts.of(["Dar f'Malta, stajt", ""], "mlt"), LEXICON)
    assert list(view.rewritten) == ["home f'Malta, i could", ""]
    assert view.rewritten.language == "eng"


def test_a_word_is_looked_up_as_it_stands_first():
    lexicon = Lexicon.of([("may", "jista'", 9.0), ("May", "Mejju", 1.0)], "eng", "mlt")
    assert list(translate_words(Texts.of(["May may MAY"]), lexicon).rewritten) == [
        "Mejju jista' jista'"
    ]


def test_in_tokenized_text_a_word_stays_one_word():
    view = translate_words(Texts.of(["stajt dar"], "mlt", tokenized=True), LEXICON)
    assert list(view.rewritten) == ["i\u00a0could home"]
    assert next(iter(view.word_links())).pairs.tolist() == [[0, 0], [1, 1]]


def test_without_a_lexicon_all_stays():
    assert list(translate_words(Texts.of(["a b"]), Lexicon.of([])).rewritten) == ["a b"]
