"""The diagonal aligner: places, settings and directions."""

import numpy as np
import pytest
from planted import by_place, error, planted

from calque.errors import BadSetting
from calque.values import Bitext
from calque.wordalign.diagonal import diagonal

PAIRS = [("the house", "das Haus"), ("the book", "das Buch"), ("a book", "ein Buch"), ("", "leer")]
BITEXT = Bitext.of(PAIRS, "eng", "deu")


def test_words_that_tell_nothing_are_linked_by_place():
    links = diagonal(Bitext.of([("a a a a", "x x x x"), ("", "x"), ("a", "")]), null=0.0)
    assert links[0].pairs.tolist() == [[i, i] for i in range(4)]
    assert [one.size for one in links[1:]] == [(0, 1), (1, 0)]


def test_words_that_tell_something_overrule_the_place():
    pairs = [("red cat", "gatto rosso"), ("red", "rosso"), ("cat", "gatto")] * 3
    assert diagonal(Bitext.of(pairs))[0].pairs.tolist() == [[0, 1], [1, 0]]


def test_reverse_is_the_other_direction():
    swapped = [links.swapped for links in diagonal(BITEXT.swapped, threshold=0.01)]
    for one, other in zip(diagonal(BITEXT, threshold=0.01, reverse=True), swapped, strict=True):
        np.testing.assert_array_equal(one.pairs, other.pairs)
        np.testing.assert_allclose(one.score, other.score)


@pytest.mark.parametrize(
    "settings",
    [{"rounds": 0}, {"null": 1.0}, {"threshold": 2.0}, {"smoothing": -1.0}, {"prefix": -1}],
)
def test_bad_settings(settings):
    with pytest.raises(BadSetting, match=r"wordalign\.diagonal"):
        diagonal(BITEXT, **settings)


def test_a_long_sentence_beside_short_ones_spoils_nothing():
    long = " ".join(["t2"] * 800)
    bitext = Bitext.of([("s1", "t1"), ("s2", long), ("s1 s2", "t1 t2")] * 3, tokenized=True)
    with np.errstate(all="raise", under="ignore"):
        found = diagonal(bitext, threshold=0.0)
    assert all(np.isfinite(links.score).all() for links in found)


@pytest.mark.parametrize("seed", [0, 1])
def test_planted_links_are_found_better_than_by_place_alone(seed):
    bitext, gold = planted(seed)
    assert error(diagonal(bitext), gold) < error(by_place(gold), gold) - 25
