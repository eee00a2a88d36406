"""Words of texts, separated by spaces."""

from calque.languages.words import spaced, word_texts
from calque.values import Texts


def apart(texts: Texts) -> Texts:
    """The texts with a space between words; as they are where they have that."""
    if texts.tokenized:
        return texts
    cut = [spaced(word_texts(text, texts.language)) for text in texts]
    return Texts.of(cut, texts.language, tokenized=True)
