"""The hidden Markov aligner: settings, odd input, and planted links."""

import numpy as np
import pytest
from planted import by_place, error, planted

from calque.errors import BadSetting
from calque.values import Bitext
from calque.wordalign.hmm import hmm
from calque.wordalign.ibm1 import ibm1

PAIRS = [("the house", "das Haus"), ("the book", "das Buch"), ("a book", "ein Buch"), ("", "leer")]
BITEXT = Bitext.of(PAIRS, "eng", "deu")


def test_learns_the_textbook_example():
    links = hmm(BITEXT, null=0.0, smoothing=0.0)
    assert links[0].pairs.tolist() == [[0, 0], [1, 1]]
    assert links[2].pairs.tolist() == [[0, 0], [1, 1]]
    assert links[3].size == (0, 1)
    assert len(links[3]) == 0


def test_order_decides_between_repeated_words():
    """Both `la` look alike to a table; the one whose neighbor was just explained is near."""
    pairs = [
        ("the cat and the dog", "la gata y la perra"),
        ("a cat", "una gata"),
        ("a dog", "una perra"),
        ("one and two", "uno y dos"),
        ("the two", "la dos"),
        ("the", "la"),
    ]
    bitext = Bitext.of(pairs, "eng", "spa")
    assert hmm(bitext, null=0.0)[0].pairs.tolist() == [[i, i] for i in range(5)]
    assert ibm1(bitext, null=0.0)[0].grid()[0, 3]  # the first `the` for both, says model 1


def test_soft_links_sum_to_one_with_the_null_word():
    for linked in hmm(BITEXT, threshold=1e-9, null=0.1):
        assert (linked.scores().sum(axis=0) <= 1 + 1e-9).all()
    hard = hmm(BITEXT, threshold=1e-12, null=0.0)
    np.testing.assert_allclose(hard[0].scores().sum(axis=0), 1)


def test_reverse_is_the_other_direction():
    swapped = [links.swapped for links in hmm(BITEXT.swapped, threshold=0.01)]
    for one, other in zip(hmm(BITEXT, threshold=0.01, reverse=True), swapped, strict=True):
        np.testing.assert_array_equal(one.pairs, other.pairs)
        np.testing.assert_allclose(one.score, other.score)
        assert one.size == other.size


def test_pairs_that_are_too_long_are_named_and_stay_unlinked(caplog):
    long = " ".join(f"w{i}" for i in range(5000))
    bitext = Bitext.of([(long, long), ("a b", "x y"), ("a b " * 100, long)], tokenized=True)
    found = hmm(bitext, rounds=1)
    assert "1 sentence pairs are too long" in caplog.text
    assert "number 1, of 5000 and 5000 words" in caplog.text
    assert len(found[0]) == 0
    assert found[0].size == (5000, 5000)
    assert len(found[1])
    assert found[2].size == (200, 5000)


def test_prefix_joins_forms_of_a_word():
    pairs = [("house red", "talo puna"), ("house", "talo"), ("house dog", "talossa koira")]
    bitext = Bitext.of(pairs, tokenized=True)
    of_form = [
        hmm(bitext, prefix=prefix, null=0.1, threshold=1e-9)[2].scores()[0, 0] for prefix in (0, 4)
    ]
    assert of_form[1] > of_form[0] + 0.1


@pytest.mark.parametrize(
    "settings",
    [{"rounds": 0}, {"null": 1.0}, {"threshold": 2.0}, {"smoothing": -1.0}, {"prefix": -1}],
)
def test_bad_settings(settings):
    with pytest.raises(BadSetting, match=r"wordalign\.hmm"):
        hmm(BITEXT, **settings)


@pytest.mark.parametrize("seed", [0, 1])
def test_planted_links_are_found_better_than_by_place_alone(seed):
    bitext, gold = planted(seed)
    assert error(hmm(bitext), gold) < error(by_place(gold), gold) - 35
