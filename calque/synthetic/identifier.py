"""Tells the languages of a synthetic family apart, exactly."""

import numpy as np

from calque.languages.traits import whole
from calque.roles import part
from calque.synthetic.naming import named
from calque.values import Classifier

_KNOWN = 20.0  # weight of a word that the language has; a word that none has lies half-way


@part
def identifier(*, family: str = "") -> Classifier:
    """Make the judge of words that knows every form of every language of a synthetic family.

    A word of one language is given to it, a word that several write alike to those in equal parts (case
    does not count), and one that none has to "und". Nothing is learned, nothing goes by resemblance.

    family: settings in one line, for example "seed=3 tree=star scripts=Latn,Cyrl"; see docs/synthetic.md
    """
    made = named(family)
    owners: dict[str, set[int]] = {}
    for number, code in enumerate(made.languages):
        language = made.language(code)
        for word in {word for row in language.forms[language.words[:-1]] for word in row}:
            owners.setdefault(whole(word), set()).add(number)
    weights = np.zeros((len(owners), len(made.languages) + 1))
    for row, own in enumerate(owners.values()):
        weights[row, sorted(own)] = _KNOWN
    intercept = np.append(np.zeros(len(made.languages)), _KNOWN / 2)
    return Classifier((*made.languages, "und"), tuple(owners), weights, intercept, 0)
