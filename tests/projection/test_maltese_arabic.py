from calque.projection.maltese_arabic import maltese_arabic
from calque.values import Texts

TEXT = "Il-kelb ta' Marija kiel l-ħobż fit-triq, 3 darbiet."


def test_running_text():
    view = maltese_arabic(Texts.of([TEXT, ""], "mlt"))
    assert list(view.rewritten) == ["الكلب تاع مرية كال الحبز فالترق، ٣ دربات.", ""]
    assert view.rewritten.language == "mlt_Arab"


def test_the_authors_example_of_their_repository():
    """Their demonstration, of which two words were chosen by language models: final -i and long vowels."""
    words = "Il- karozza Porsche tal- 2022 għandha fenomenali !"
    view = maltese_arabic(Texts.of([words], "mlt", tokenized=True))
    assert list(view.rewritten) == ["ال كردزة برسكهي تاع\u00a0ال ٢٠٢٢ عندها فنمنلي !"]


def test_known_arabic_decides_among_spellings():
    known = Texts.of(["أكل الكلب خبز في طريق كبير", "خبز"], "ara")
    assert list(maltese_arabic(Texts.of(["ħobż triq"], "mlt"), known).rewritten) == ["خبز طريق"]


def test_tokenized_text_keeps_its_words():
    tokens = ["Il-", "kelb", "bħall-", "qattus"]
    view = maltese_arabic(Texts.of([" ".join(tokens)], "mlt", tokenized=True))
    assert len(next(iter(view.rewritten)).split(" ")) == len(tokens)
    links = next(iter(view.word_links()))
    assert links.pairs.tolist() == [[i, i] for i in range(len(tokens))]
