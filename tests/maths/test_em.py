"""IBM model 1 on flat cells against a loop in plain Python."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from calque.maths.em import cells, translation_posteriors

SENTENCE = st.lists(st.integers(0, 4), max_size=5)


def by_loops(sources, targets, rounds, null):
    table = {}
    posteriors = []
    for step in range(rounds + 1):
        counts, posteriors = {}, []
        for source, target in zip(sources, targets, strict=True):
            for word in target:
                given_words = [-1, *source]
                share = (1 - null) / max(len(source), 1)
                priors = [null if source else 1.0] + [share] * len(source)
                weights = [
                    p * table.get((e, word), 1.0 if step == 0 else 0.0)
                    for p, e in zip(priors, given_words, strict=True)
                ]
                for weight, e in zip(weights, given_words, strict=True):
                    posteriors.append(weight / sum(weights))
                    counts[e, word] = counts.get((e, word), 0) + weight / sum(weights)
        totals = {}
        for (e, _), count in counts.items():
            totals[e] = totals.get(e, 0) + count
        table = {(e, f): count / totals[e] for (e, f), count in counts.items()}
    return np.array(posteriors)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SENTENCE, SENTENCE), max_size=6), st.integers(1, 4))
def test_equals_plain_loops(pairs, rounds):
    sources = [np.array(s, dtype=np.int64) for s, _ in pairs]
    targets = [np.array(t, dtype=np.int64) for _, t in pairs]
    found = translation_posteriors(cells(sources, targets), rounds=rounds, null=0.2)
    wanted = by_loops([s for s, _ in pairs], [t for _, t in pairs], rounds, 0.2)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_two_sentences_by_hand():
    """(a b | x y), (a | x), no null word: after one round t(x|a) = (1/2 + 1) / 2 = 3/4."""
    grid = cells([np.array([0, 1]), np.array([0])], [np.array([0, 1]), np.array([0])])
    posterior = translation_posteriors(grid, rounds=1, null=0.0)
    # target x of the first pair: t(x|a) = 3/4 against t(x|b) = 1/2
    np.testing.assert_allclose(posterior[:3], [0, 0.75 / 1.25, 0.5 / 1.25])
