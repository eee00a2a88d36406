"""Shows which origin a classifier sees in each word of a text."""

import numpy as np

from calque.languages.cutting import cut
from calque.roles import part
from calque.values import Classifier, Labelled, Texts


@part
def word_origins(texts: Texts, classifier: Classifier) -> Labelled:
    """Tag each word with its likeliest origin; column `probability` says how likely, word by word.

    texts:      any; words are those between spaces where they are tokenized
    classifier: of words by origin (`vocabulary.origins`)
    """
    language, tokenized = texts.language, texts.tokenized
    rows = [[word.text for word in cut(t, language, tokenized=tokenized)] for t in texts]
    distinct = list(dict.fromkeys(word for row in rows for word in row))
    chances = classifier(distinct)
    best, most = chances.argmax(axis=1), chances.max(axis=1, initial=0)
    tag = {word: classifier.labels[k] for word, k in zip(distinct, best, strict=True)}
    chance = dict(zip(distinct, np.round(most, 6).tolist(), strict=True))
    tagged = [
        {"words": row, "tags": [tag[w] for w in row], "probability": [chance[w] for w in row]}
        for row in rows
    ]
    return Labelled.of(tagged, "tags", texts.language)
