"""A model that is fitted, kept and applied links like one that is fitted on the spot."""

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.values import Bitext, Translation, store
from calque.wordalign.fit_hmm import fit_hmm
from calque.wordalign.hmm import hmm
from calque.wordalign.link import link

PAIRS = [
    ("the house is red", "la casa es roja"),
    ("the cat", "la gata"),
    ("", "nada"),
    ("a red cat", "una gata roja"),
    ("the house", "la casa"),
    ("a house is a house", "una casa es una casa"),
] * 2
BITEXT = Bitext.of(PAIRS, "eng", "spa")


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("threshold", [0.0, 0.05])
def test_applied_to_the_same_text_it_links_as_hmm_does(tmp_path, reverse, threshold):
    store.save(fit_hmm(BITEXT, reverse=reverse), tmp_path / "model")
    found = link(BITEXT, store.load(tmp_path / "model"), threshold=threshold)
    wanted = hmm(BITEXT, reverse=reverse, threshold=threshold)
    for one, other in zip(found, wanted, strict=True):
        assert one.size == other.size
        np.testing.assert_array_equal(one.pairs, other.pairs)
        np.testing.assert_allclose(one.score, other.score, atol=1e-3)  # rare pairs are forgotten


def test_a_pair_alone_is_linked_as_among_others():
    model = fit_hmm(BITEXT)
    among = link(BITEXT, model, threshold=0.01)
    for row in (0, 2, 5):
        alone = link(BITEXT.take([row]), model, threshold=0.01)[0]
        np.testing.assert_array_equal(alone.pairs, among[row].pairs)
        np.testing.assert_allclose(alone.score, among[row].score)


def test_an_unknown_word_goes_with_the_unknown_word():
    model = fit_hmm(BITEXT)
    found = link(Bitext.of([("the zebra is red", "la cebra es roja")]), model)[0]
    assert [1, 1] in found.pairs.tolist()
    assert link(Bitext.of([("zebra", "cebra")]), model)[0].pairs.tolist() == [[0, 0]]


def test_a_model_of_nothing_knows_no_word():
    model = fit_hmm(Bitext.of([]))
    assert link(Bitext.of([]), model) == []
    (found,) = link(Bitext.of([("a b", "x y")]), model, threshold=1e-6)
    assert found.size == (2, 2)
    assert np.isfinite(found.score).all()


def test_bad_values_are_named():
    model = fit_hmm(BITEXT)
    with pytest.raises(BadSetting, match=r"wordalign\.link: threshold"):
        link(BITEXT, model, threshold=-1)
    with pytest.raises(BadSetting, match=r"wordalign\.fit_hmm: rounds"):
        fit_hmm(BITEXT, rounds=0)
    with pytest.raises(BadValue, match=r"a table of shape"):
        Translation(model.table, ("a",), model.targets, model.usual, model.jumps, 0.2)
    with pytest.raises(BadValue, match="odd in number"):
        Translation(model.table, model.sources, model.targets, model.usual, model.jumps[1:], 0.2)


def test_a_pair_too_long_to_learn_from_leaves_its_words_unknown():
    long = " ".join(f"w{k}" for k in range(2100))
    model = fit_hmm(Bitext.of([("a b", "x y"), (long, long)], tokenized=True), rounds=1)
    found = link(Bitext.of([("a w7", "x w9")], tokenized=True), model)
    assert found[0].size == (2, 2)
