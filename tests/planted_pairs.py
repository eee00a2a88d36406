"""Premises and hypotheses whose overlap tells the label, and translations of them."""

import numpy as np

from calque.values import Labelled

SHARES = {
    "contradiction": 0.1,
    "entailment": 0.97,
    "neutral": 0.5,
}  # of a hypothesis in its premise


def hypothesis(premise, label, generator):
    inside = generator.random(5) < SHARES[label]
    strange = generator.integers(1000, 2000, 5).tolist()
    chosen = generator.permutation(premise)[:5].tolist()
    return [a if own else b for a, b, own in zip(chosen, strange, inside, strict=True)]


def planted(count, seed):
    """[(premise, hypothesis, label)] of numbers that stand for words."""
    generator = np.random.default_rng(seed)
    rows = []
    for k in range(count):
        label = sorted(SHARES)[k % 3]
        premise = generator.choice(1000, 10, replace=False).tolist()
        rows.append((premise, hypothesis(premise, label, generator), label))
    return rows


def broken(rows, rate, seed):
    """A share of the hypotheses now fits another label, and that label; the others stay."""
    generator = np.random.default_rng(seed)
    made, true = [], []
    for premise, said, label in rows:
        if generator.random() < rate:
            other = [name for name in SHARES if name != label][generator.integers(2)]
            made.append((premise, hypothesis(premise, other, generator), label))
            true.append(other)
        else:
            made.append((premise, said, label))
            true.append(label)
    return made, true


def paraphrased(rows, seed):
    """Every hypothesis is another one that fits its label as well."""
    generator = np.random.default_rng(seed)
    return [(premise, hypothesis(premise, label, generator), label) for premise, _, label in rows]


def written(rows, language="eng", second=0.0, apart=True, seed=0):
    """The pairs as text; a word has two translations, of which the second is taken with this chance.

    apart: both sides choose by themselves, as where they are translated apart
    """
    generator = np.random.default_rng(seed)
    made = []
    for premise, said, label in rows:
        sides = []
        chosen: dict[int, str] = {}
        for side in (premise, said):
            if apart:
                chosen = {}
            for word in side:
                if word not in chosen:
                    chosen[word] = ("ka", "mo")[int(generator.random() < second)] + spelled(word)
            sides.append(" ".join(chosen[word] for word in side) + ".")
        made.append({"text": sides[0], "text_b": sides[1], "label": label})
    return Labelled.of(made, "pair", language)


def spelled(number):
    """A number as syllables."""
    return "".join("bdfgklmnps"[int(d)] + "aeiou"[int(d) % 5] for d in str(number))
