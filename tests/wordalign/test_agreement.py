"""The aligner of two directions that agree: symmetry, odd input, planted links, and real ones."""

import numpy as np
import pytest
from planted import by_place, error, planted

from calque.data.bitext import bitext as read
from calque.data.pharaoh import pharaoh
from calque.errors import BadSetting
from calque.values import Bitext
from calque.wordalign.agreement import agreement
from calque.wordalign.grow_diag_final_and import grow_diag_final_and
from calque.wordalign.hmm import hmm

PAIRS = [("the house", "das Haus"), ("the book", "das Buch"), ("a book", "ein Buch"), ("", "leer")]
BITEXT = Bitext.of(PAIRS, "eng", "deu")


def test_learns_the_textbook_example():
    links = agreement(BITEXT, null=0.1, smoothing=0.0)
    assert [one.pairs.tolist() for one in links] == [*[[[0, 0], [1, 1]]] * 3, []]
    assert links[3].size == (0, 1)
    assert (links[0].score > 0.8).all()


def test_sides_can_be_exchanged():
    bitext = planted(0)[0].take(range(60))
    for one, other in zip(agreement(bitext), agreement(bitext.swapped), strict=True):
        swapped = other.swapped
        np.testing.assert_array_equal(one.pairs, swapped.pairs)
        np.testing.assert_allclose(one.score, swapped.score)
        assert one.size == swapped.size


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("null", [0.0, 1e-12, 0.2])
def test_certain_links_warn_of_nothing(null):
    bitext = BITEXT.take(range(3))
    for one in agreement(bitext, null=null, smoothing=0.0, rounds=10):
        assert one.pairs.tolist() == [[0, 0], [1, 1]]


def test_scores_are_roots_of_products():
    """One word against two unknown ones: 0.8 for either from the one side, half of that from the other."""
    (found,) = agreement(Bitext.of([("a", "x y")], tokenized=True), null=0.2, smoothing=0.0)
    np.testing.assert_allclose(found.scores(), [[np.sqrt(0.8 * 0.4)] * 2])


@pytest.mark.parametrize("seed", [0, 1])
def test_planted_links(seed):
    bitext, gold = planted(seed)
    found = agreement(bitext)
    assert error(found, gold) < error(by_place(gold), gold) - 30
    assert error(found, gold) < error(hmm(bitext), gold)  # of one direction


@pytest.mark.parametrize(("language", "pairs"), [("bul", "bg"), ("dan", "da"), ("ita", "it")])
def test_better_than_joined_directions_on_real_links(data_folder, language, pairs):
    path = data_folder / "xl-wa" / pairs / "dev.tsv"
    bitext = read(path, source="eng", target=language, tokenized=True)
    gold = pharaoh(path, bitext=bitext, column=3)
    sides = [hmm(bitext, prefix=5, reverse=reverse) for reverse in (False, True)]
    joined = [grow_diag_final_and(*both) for both in zip(*sides, strict=True)]
    assert error(agreement(bitext, prefix=5), gold) < error(joined, gold)


def test_pairs_that_are_too_long_are_named_and_stay_unlinked(caplog):
    long = " ".join(f"w{i}" for i in range(5000))
    found = agreement(Bitext.of([(long, long), ("a b", "x y")], tokenized=True), rounds=1)
    assert "1 sentence pairs are too long" in caplog.text
    assert len(found[0]) == 0
    assert found[0].size == (5000, 5000)
    assert found[1].size == (2, 2)


@pytest.mark.parametrize(
    "settings",
    [{"rounds": 0}, {"null": 1.0}, {"threshold": 0.0}, {"threshold": 2.0}, {"prefix": -1}],
)
def test_bad_settings(settings):
    with pytest.raises(BadSetting, match=r"wordalign\.agreement"):
        agreement(BITEXT, **settings)
