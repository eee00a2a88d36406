"""Tells from its spelling which language a word was taken from.

Source: Micallef et al. 2024, "Cross-Lingual Transfer from Related Languages: Treating Low-Resource
Maltese as Multilingual Code-Switching", section 4, https://aclanthology.org/2024.eacl-long.61
"""

from collections import Counter

import numpy as np

from calque.errors import BadSetting, BadValue
from calque.languages.traits import traits
from calque.maths.logistic import fit_logistic
from calque.roles import part
from calque.values import Classifier, Lexicon
from calque.values.classifier import trait_matrix


@part(paper="maltese-etymology")
def origins(
    words: Lexicon, *, longest: int = 4, shared: int = 1, strength: float = 1.0
) -> Classifier:
    """Fit a classifier of words by origin to a list of words whose origin is known.

    Logistic regression on character n-grams, the word itself and its casing. The paper takes a
    conditional random field with translations and a language model beside the spelling, which few
    languages have; ours needs nothing but the list, and judges a word alone.

    words:    the word as source, the name of its origin as target, and how often it was seen so as
              weight; a word may have several origins. At least two origins
    longest:  characters of an n-gram, borders of the word counted; more tells rare endings apart and
              learns stems by heart
    shared:   in how many words of the list a trait must occur
    strength: weight of the list against weights near 0; small lists want less, large ones bear more
    """
    if longest < 1 or shared < 1 or not 0 < strength < float("inf"):
        raise BadSetting(
            f"vocabulary.origins: needs longest ≥ 1, shared ≥ 1 and strength > 0, got {longest}, "
            f"{shared} and {strength}"
        )
    seen: dict[tuple[str, str], float] = {}
    for word, origin, weight in words:
        seen[word, origin] = seen.get((word, origin), 0.0) + weight
    labels = tuple(sorted({origin for _, origin in seen}))
    if len(labels) < 2:
        raise BadValue(
            f"vocabulary.origins: the list of {len(words)} words names "
            f"{'no origin' if not labels else 'one origin, ' + repr(labels[0])}; at least two are needed"
        )
    spelt = [word for word, _ in seen]
    counts = Counter(name for word in dict.fromkeys(spelt) for name in traits(word, longest))
    known = tuple(sorted(name for name, count in counts.items() if count >= shared))
    matrix = trait_matrix(spelt, {name: place for place, name in enumerate(known)}, longest)
    classes = np.array([labels.index(origin) for _, origin in seen])
    weights, intercept = fit_logistic(
        matrix, classes, np.array([*seen.values()]), len(labels), strength=strength
    )
    return Classifier(labels, known, weights, intercept, longest)
