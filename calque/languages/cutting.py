"""Where the words of a text lie, by the rules of its language."""

from calque.languages import maltese
from calque.languages.words import Word, words

_OWN = {"mlt": maltese.split}  # languages whose words the common rules cut otherwise


def cut(text: str, language: str = "und", *, tokenized: bool = False) -> list[Word]:
    """The words of a text with their places, in order.

    language:  Maltese articles and prepositions keep their mark (il-, f'); the rest is as `words` says
    tokenized: words are what stands between spaces
    """
    if tokenized:
        return _between_spaces(text)
    own = _OWN.get(language.partition("_")[0])
    return own(text) if own else words(text)


def _between_spaces(text: str) -> list[Word]:
    found, start = [], 0
    for word in text.split(" "):
        if word:
            found.append(Word(word, start, start + len(word)))
        start += len(word) + 1
    return found
