"""Lexical scores: worked by hand, and cell by cell."""

import numpy as np
import pytest

from calque.errors import BadSetting
from calque.values import Bitext, Lexicon
from calque.wordalign.lexical_scores import lexical_scores

LEXICON = Lexicon.of([("red", "rouge", 3.0), ("red", "roux", 1.0), ("house", "maison", 2.0)])


def score(*pairs, **settings):
    return lexical_scores(Bitext.of(pairs, tokenized=True), LEXICON, **settings)


def test_worked_by_hand():
    assert score(("red", "rouge")) == pytest.approx([(0.75 + 1) / 2])
    both = (np.sqrt(0.75) + 1) / 2
    assert score(("Red house", "maison rouge")) == pytest.approx([both])
    one_more = (np.cbrt(0.75 * 0.01) + 1) / 2
    assert score(("red house", "maison rouge x"), unknown=0.01) == pytest.approx([one_more])
    assert score(("Asha", "asha"), same=0.25) == pytest.approx([0.25])
    assert score(("", "x"), ("x", ""), ("", "")).tolist() == [0, 0, 0]
    assert score().shape == (0,)


def test_it_is_what_is_counted_cell_by_cell():
    generator = np.random.default_rng(0)
    words = [f"w{k}" for k in range(6)]
    entries = {
        (a, b): float(generator.random()) + 0.1
        for a in words
        for b in words
        if generator.random() < 0.4
    }
    lexicon = Lexicon.of([(a, b, w) for (a, b), w in entries.items()])
    pairs = [
        tuple(" ".join(generator.choice(words, generator.integers(0, 4))) for _ in "ab")
        for _ in range(80)
    ]
    found = lexical_scores(Bitext.of(pairs, tokenized=True), lexicon, same=0.0)

    def share(a, b, k):
        total = sum(w for pair, w in entries.items() if pair[k] == (a, b)[k])
        return max(entries.get((a, b), 0.0) / total if total else 0.0, 1e-3)

    for (one, other), value in zip(pairs, found, strict=True):
        a, b = one.split(), other.split()
        if not a or not b:
            assert value == 0
            continue
        forward = np.prod([max(share(i, j, 0) for i in a) for j in b]) ** (1 / len(b))
        back = np.prod([max(share(i, j, 1) for j in b) for i in a]) ** (1 / len(a))
        assert value == pytest.approx((forward + back) / 2)


def test_shares_out_of_range_are_refused():
    for settings in ({"unknown": 0}, {"same": 2}):
        with pytest.raises(BadSetting, match="unknown must lie"):
            score(("a", "b"), **settings)
