"""Sentence pairs whose target words have lost their proclitics, for aligners that count."""

from calque.languages.proclitics import without_proclitics
from calque.languages.words import folded, spaced, words_of
from calque.roles import part
from calque.values import Bitext


@part
def bare(bitext: Bitext, proclitics: list[str]) -> Bitext:
    """Take proclitics off the target words that are words of the bitext without them.

    Words stay words, so that links of the result are links of `bitext`: forms that a count takes for
    different words (Arabic كتاب, الكتاب, والكتاب) become one.

    proclitics: in lower case, for example of `vocabulary.proclitics`

    Returns tokenized text. With no proclitics `bitext` comes back as it is.
    """
    if not proclitics:
        return bitext
    sides = [[words_of(t, bitext.tokenized) for t in pair] for pair in bitext]
    known = {folded(word) for _, target in sides for word in target}
    off = frozenset(proclitics)
    short: dict[str, str] = {}
    for word in {word for _, target in sides for word in target}:
        plain = folded(word)
        rest = without_proclitics(plain, off, known)
        short[word] = word if rest == plain else rest
    pairs = [(spaced(source), spaced([short[word] for word in target])) for source, target in sides]
    return Bitext.of(pairs, bitext.source, bitext.target, tokenized=True)
