"""Writes Maltese in Arabic letters.

Source: Micallef et al. 2023, "Exploring the Impact of Transliteration on NLP Performance: Treating
Maltese as an Arabic Dialect", section 3, https://aclanthology.org/2023.cawl-1.4
"""

from calque.languages.maltese import to_arabic
from calque.languages.respelling import Known
from calque.projection.wordwise import by_word, seen
from calque.roles import rewriter
from calque.values import Texts, View


@rewriter(paper="maltese-etymology")
def maltese_arabic(texts: Texts, known: Texts | None = None) -> View:
    """Transliterate Maltese words into Arabic script, a word with its article or preposition as one.

    A Maltese letter stands for up to four Arabic ones, and a vowel may be long or short. The authors
    rank the spellings of a word by language models of Tunisian Arabic, words first and then
    characters; here the commonest word of `known` is taken, and the usual letters for what it lacks.
    Digits and punctuation become Arabic; other characters stay.

    texts: Maltese, whatever language they are said to be in
    known: Arabic text, the nearer to Maghrebi the better
    """
    table = to_arabic()
    words = Known(seen(known)) if known is not None else None
    one = table.usual if words is None else lambda word: table.likeliest(word, words)
    spell = lambda distinct: [one(word) for word in distinct]  # noqa: E731
    return by_word(texts, spell, "mlt_Arab", read_as="mlt")
