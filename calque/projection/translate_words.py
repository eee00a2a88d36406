"""Word-by-word translation as a view: what became of each word is known."""

from calque.projection.wordwise import by_word
from calque.roles import translator
from calque.values import Lexicon, Texts, View


@translator(paper="maltese-etymology")
def translate_words(texts: Texts, lexicon: Lexicon) -> View:
    """Replace every word by its heaviest translation, the first of equals; a word without one stays.

    A word is looked up as it stands, then in lower case. In tokenized text a translation of several
    words is one word, with no-break spaces inside.

    lexicon: word pairs with weights, from the language of the texts
    """
    exact: dict[str, tuple[float, str]] = {}
    lower: dict[str, tuple[float, str]] = {}
    for source, target, weight in lexicon:
        for table, key in ((exact, source), (lower, source.lower())):
            if weight > table.get(key, (0.0, ""))[0]:
                table[key] = (weight, target)

    def translated(words: list[str]) -> list[str]:
        return [(exact.get(word) or lower.get(word.lower()) or (0.0, word))[1] for word in words]

    return by_word(texts, translated, lexicon.target)
