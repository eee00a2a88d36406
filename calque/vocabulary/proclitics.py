"""The proclitics of a language, found in its text."""

from calque.errors import BadSetting
from calque.languages.proclitics import proclitics_of
from calque.languages.words import folded, words_of
from calque.roles import part
from calque.values import Texts


@part
def proclitics(texts: Texts, *, longest: int = 3, share: float = 0.3) -> list[str]:
    """List what is written together with many words that stand alone too: Arabic ال, French l’.

    texts:   of one language; words are compared in lower case and composed form (NFC)
    longest: characters of a proclitic, at least 1
    share:   in (0, 1], how many of the words that begin so must be words of the texts without it. Less
             takes chance beginnings too

    At least 15 words, and 0.4 % of all, must be left with three characters or more. Most languages
    have none. The rule is ours.
    """
    if longest < 1 or not 0 < share <= 1:
        raise BadSetting(
            f"vocabulary.proclitics: needs longest ≥ 1 and share in (0, 1], got {longest} and {share}"
        )
    words = {folded(word) for text in texts for word in words_of(text, texts.tokenized)}
    return proclitics_of(words, longest=longest, share=share)
