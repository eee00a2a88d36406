"""IBM model 1: settings, directions, and planted links of real words."""

import numpy as np
import pytest
from planted import by_place, error, planted

from calque.errors import BadSetting
from calque.values import Bitext
from calque.wordalign.ibm1 import ibm1

PAIRS = [("the house", "das Haus"), ("the book", "das Buch"), ("a book", "ein Buch"), ("", "leer")]
BITEXT = Bitext.of(PAIRS, "eng", "deu")


def test_learns_the_textbook_example():
    links = ibm1(BITEXT, null=0.0, rounds=20)
    assert links[0].pairs.tolist() == [[0, 0], [1, 1]]
    assert links[2].pairs.tolist() == [[0, 0], [1, 1]]
    assert links[3].size == (0, 1)
    assert len(links[3]) == 0


def test_soft_links_sum_to_one_with_the_null_word():
    for linked in ibm1(BITEXT, threshold=1e-9, null=0.1):
        assert (linked.scores().sum(axis=0) <= 1 + 1e-9).all()
    hard = ibm1(BITEXT, threshold=1e-9, null=0.0)
    np.testing.assert_allclose(hard[0].scores().sum(axis=0), 1)


def test_reverse_is_the_other_direction():
    swapped = [links.swapped for links in ibm1(BITEXT.swapped, threshold=0.01)]
    for one, other in zip(ibm1(BITEXT, threshold=0.01, reverse=True), swapped, strict=True):
        np.testing.assert_array_equal(one.pairs, other.pairs)
        np.testing.assert_allclose(one.score, other.score)


def test_case_and_normal_form_do_not_split_words():
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    bitext = Bitext.of([(composed.upper(), "x"), (decomposed, "x"), ("tea", "y")])
    assert [len(links) for links in ibm1(bitext, null=0.0)] == [1, 1, 1]


@pytest.mark.parametrize("settings", [{"rounds": 0}, {"null": 1.0}, {"threshold": 2.0}])
def test_bad_settings(settings):
    with pytest.raises(BadSetting, match=r"wordalign\.ibm1"):
        ibm1(BITEXT, **settings)


@pytest.mark.parametrize("seed", [0, 1])
def test_planted_links_are_found_better_than_by_place_alone(seed):
    bitext, gold = planted(seed)
    assert error(ibm1(bitext), gold) < error(by_place(gold), gold) - 35
