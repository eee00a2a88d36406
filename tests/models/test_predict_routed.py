"""Several packs on one base: each text under its own, nothing forgotten, the base as it was."""

from functools import partial

import numpy as np
import pytest

from calque.adaptation.apply import apply
from calque.adaptation.difference import difference
from calque.adaptation.mean import mean
from calque.adaptation.revert import revert
from calque.adaptation.route import route
from calque.adaptation.skill_pack import skill_pack
from calque.errors import BadSetting, BadValue
from calque.models.moments import moments
from calque.models.predict import predict
from calque.models.predict_routed import predict_routed
from calque.models.sentences import sentences
from calque.models.tune import tune
from calque.values import Labelled, Texts

ANIMALS = [("the cat sees the small dog", "yes"), ("a dog runs to the river", "no")]
NUMBERS = [("one two three four five", "no"), ("six seven eight nine ten", "yes")]
BANDS = {"": [[8, 8], [24, 4]]}


def examples(rows):
    return Labelled.of([{"text": t, "label": label} for t, label in rows], "class")


def texts(rows):
    return Texts.of([text for text, _ in rows])


@pytest.fixture(scope="module")
def learned(tiny):
    """Two tasks learned from one base, one after the other, each as a calibrated pack."""
    base, packs = tiny("bert"), []
    for rows in (ANIMALS, NUMBERS):
        whole = difference(base, tune(base, examples(rows * 8), epochs=6, learning_rate=5e-3))
        read = moments(base, texts(rows), whole)
        packs.append(skill_pack(whole, read, bands=BANDS))
    return base, packs


def test_a_further_pack_leaves_the_first_and_the_base_bit_equal(learned):
    base, (first, second) = learned
    before = base.fingerprint()
    alone = predict(base, examples(ANIMALS), first)
    assert alone.labels == ("yes", "no")
    one = apply(base, first)
    other = apply(base, second)
    assert revert(one, first).fingerprint() == revert(other, second).fingerprint() == before
    # first on, off, second on, off, first on again
    again = apply(revert(other, second), first)
    assert again.fingerprint() == one.fingerprint()
    np.testing.assert_array_equal(predict(again, examples(ANIMALS)).probabilities, predict(one, examples(ANIMALS)).probabilities)  # fmt: skip


def test_texts_are_routed_to_the_pack_that_knows_them(learned):
    base, packs = learned
    both = [ANIMALS[0], NUMBERS[0], ANIMALS[1], NUMBERS[1]]
    encode = partial(sentences, base)
    shares = route(encode(texts(both)), [encode(texts(rows)) for rows in (ANIMALS, NUMBERS)])
    assert shares.argmax(axis=1).tolist() == [0, 1, 0, 1]
    found = predict_routed(base, examples(both), packs, shares)
    assert found.labels == tuple(label for _, label in both)
    for k, rows in enumerate((ANIMALS, NUMBERS)):
        np.testing.assert_allclose(found.probabilities[k::2], predict(base, examples(rows), packs[k]).probabilities, atol=1e-6)  # fmt: skip


def test_fused_packs_are_their_mean_by_shares(learned):
    base, packs = learned
    shares = np.array([[0.5, 0.5], [0.26, 0.74], [0.0, 1.0]])
    some = examples([ANIMALS[0], NUMBERS[0], NUMBERS[0]])
    found = predict_routed(base, some, packs, shares, fuse=mean)
    for row, weights in enumerate(([2.0, 2.0], [1.0, 3.0])):
        wanted = predict(base, some.take([row]), mean(packs, weights=weights))
        np.testing.assert_allclose(found.probabilities[row], wanted.probabilities[0], atol=1e-6)
    with pytest.raises(BadSetting, match="say how to fuse them"):
        predict_routed(base, some, packs, shares)
    with pytest.raises(BadValue, match="each row summing to 1"):
        predict_routed(base, some, packs, shares * 2)
    with pytest.raises(BadValue, match=r"shape \[3, 2\] for 3 examples and 1 patches"):
        predict_routed(base, some, packs[:1], shares)


def test_more_patches_than_steps_leave_no_weight_below_zero(learned):
    base, packs = learned
    shares = np.array([[0.16, *[0.14] * 6], [0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.0]])
    seen = []

    def fuse(patches, weights):
        seen.append(weights)
        return mean(patches, weights=weights)

    many = [*packs, *packs, *packs, packs[0]]
    predict_routed(base, examples(ANIMALS), many, shares, fuse=fuse)
    assert seen == [[1.0] * 4]  # both get the first four
    seen.clear()
    predict_routed(base, examples(ANIMALS), many[:3], np.array([[0.5, 0.3, 0.2], [0.8, 0.15, 0.05]]), fuse=fuse)  # fmt: skip
    assert seen == [[2.0, 1.0, 1.0], [3.0, 1.0]]


def test_shares_by_hand():
    """In a plane: centers east and north; a text between them, nearer to the first."""
    seen = [np.array([[2.0, 0.0], [2.0, 0.0]]), np.array([[0.0, 2.0]])]
    vectors = np.array([[3.0, 0.0], [1.2, 1.0], [0.0, 5.0], [1.0, 1.0]])
    assert route(vectors, seen)[:3].tolist() == [[1, 0], [1, 0], [0, 1]]
    soft = route(vectors, seen, top=2, temperature=1.0)
    np.testing.assert_allclose(soft.sum(axis=1), 1)
    np.testing.assert_allclose(soft[3], 0.5)  # in the middle: no direction at all
    cosine = 0.2 / np.hypot(0.2, 0) / 2**0.5
    np.testing.assert_allclose(soft[1, 0], 1 / (1 + np.exp(-2 * cosine)))
    assert route(np.zeros((0, 2)), seen).shape == (0, 2)
    with pytest.raises(BadSetting, match="top must lie in 1 to 2"):
        route(vectors, seen, top=3)
    with pytest.raises(BadValue, match="without texts"):
        route(vectors, [seen[0], np.zeros((0, 2))])
