"""Which language each translation is in, by its words."""

import numpy as np

from calque.errors import BadValue
from calque.languages.cutting import cut
from calque.values import Classifier, Texts, View

NONE = ""  # of a text without words
_LEAST = 1e-12  # probability: a word that cannot be of a language speaks against it, and no more


def identified(translations: View, classifier: Classifier, wanted: str) -> list[str]:
    """The language of each translation: that under which its words are likeliest together.

    The wanted one is first among equals, so that words which languages share speak against none of them.
    `NONE` for a translation without letters.

    classifier: of words by language (`synthetic.identifier`, or `vocabulary.origins` of
                `vocabulary.language_words`), which must know the wanted one
    """
    if wanted not in classifier.labels:
        raise BadValue(
            f"evaluation: the classifier does not know the wanted language '{wanted}'; "
            f"it knows: {', '.join(classifier.labels)}"
        )
    said = _words(translations.rewritten)
    distinct = list(dict.fromkeys(word for words in said for word in words))
    place = {word: number for number, word in enumerate(distinct)}
    logs = np.log(np.maximum(classifier(distinct), _LEAST))
    owner = np.repeat(np.arange(len(said)), [len(words) for words in said])
    sums = np.zeros((len(said), len(classifier.labels)))
    np.add.at(sums, owner, logs[[place[word] for words in said for word in words]])
    own = classifier.labels.index(wanted)
    best = np.where(sums[:, own] >= sums.max(axis=1) - 1e-9, own, sums.argmax(axis=1))
    return [
        classifier.labels[number] if words else NONE
        for number, words in zip(best.tolist(), said, strict=True)
    ]


def counted(translations: View, classifier: Classifier, wanted: str) -> list[tuple[int, str]]:
    """(row, language) of each translation that counts: where the original has no letters, none is wanted."""
    found = identified(translations, classifier, wanted)
    asked = _words(translations.original)
    return [(row, found[row]) for row, words in enumerate(asked) if words or found[row] != NONE]


def _words(texts: Texts) -> list[list[str]]:
    """Words with letters of each text."""
    rows = (cut(text, texts.language, tokenized=texts.tokenized) for text in texts)
    return [[w.text for w in row if any(map(str.isalpha, w.text))] for row in rows]
