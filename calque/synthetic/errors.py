"""Sentences of a synthetic family beside the same with errors of known kinds."""

from itertools import pairwise

import numpy as np
import pyarrow as pa

from calque.errors import BadSetting
from calque.roles import part
from calque.synthetic.naming import named
from calque.synthetic.noise import slip
from calque.synthetic.sentences import Sentences
from calque.synthetic.streams import stream
from calque.values import Bitext

KINDS = ("", "agreement", "order", "spelling")


@part
def errors(
    *,
    family: str = "",
    language: str = "qaa",
    n: int = 1000,
    seed: int = 0,
    rates: tuple[float, float, float] = (0.05, 0.05, 0.05),
) -> Bitext:
    """Put errors into n statements; column `kinds` says of each word of the erroneous side which it is, "" for none.

    Agreement: a word has another form of its own; order: it is exchanged with the word behind it; spelling: a letter
    is doubled, dropped or exchanged with the next. A word has one error at most, and a sign none.

    family: settings in one line, for example "morphology=fusional"; isolating languages have next to no forms
    rates:  share of the words at which an error of each kind begins, in the order above; together at most 1. One
            that cannot be, for want of another form or word, does not happen
    """
    shares = np.asarray(rates, dtype=float)
    if shares.shape != (3,) or (shares < 0).any() or shares.sum() > 1:
        raise BadSetting(
            f"synthetic.errors: rates must be three shares, together at most 1, got {list(rates)}"
        )
    made = named(family)
    said = made.sentences(language, n, seed)
    random = stream("errors", made.seed, seed, language).random((len(said.spelling), 4))
    rows, kinds = [], []
    starts = said.bounds.tolist()
    forms = _forms(said)
    signs = said.signs
    for start, end in pairwise(starts):
        words = said.spelling[start:end]
        kind = _spoil(words, forms[start:end], signs[start:end], random[start:end], shares)
        rows.append(" ".join(words))
        kinds.append(kind)
    table = {
        "source": pa.array(said.texts(), pa.string()),
        "target": pa.array(rows, pa.string()),
        "kinds": pa.array(kinds, pa.list_(pa.string())),
    }
    return Bitext(pa.table(table), language, language, tokenized=True)


def _forms(said: Sentences) -> list[list[str]]:
    """All other forms of each word."""
    every = said.language.forms[said.flat(said.concepts)].tolist()
    return [sorted(set(own) - {word}) for own, word in zip(every, said.spelling, strict=True)]


def _spoil(
    words: list[str],
    forms: list[list[str]],
    signs: list[bool],
    random: np.ndarray,
    shares: np.ndarray,
) -> list[str]:
    """Change the words of a sentence in place; the kind of error of each."""
    kinds = [""] * len(words)
    chosen = np.searchsorted(np.cumsum(shares), random[:, 0], side="right").tolist()
    draws = random[:, 1:].tolist()
    for k, (which, sign) in enumerate(zip(chosen, signs, strict=True)):
        if which > 2 or sign or kinds[k]:
            continue
        if which == 0 and forms[k]:
            words[k] = forms[k][int(draws[k][0] * len(forms[k]))]
            kinds[k] = KINDS[1]
        elif which == 1 and k + 1 < len(words) and not signs[k + 1] and words[k] != words[k + 1]:
            words[k], words[k + 1] = words[k + 1], words[k]
            kinds[k] = kinds[k + 1] = KINDS[2]
        elif which == 2:
            spelt = slip(words[k], draws[k][0], draws[k][1])
            kinds[k] = KINDS[3] if spelt != words[k] else ""
            words[k] = spelt
    return kinds
