"""Weights looked for on development data: what is tried, what is taken."""

import numpy as np
import pytest
import torch
from patches import a_base, a_patch, tensors_of

from calque.adaptation.arithmetic import arithmetic
from calque.adaptation.search import search
from calque.errors import BadSetting, BadValue
from calque.values import Bitext

DEV = Bitext.of([("a", "b")] * 3, "eng", "eng")
TRIES = [[1.0, 0.0], [0.8, 0.2], [0.5, 0.5], [0.0, 1.0]]


@pytest.fixture
def parents(tmp_path):
    base = a_base(tmp_path / "base")
    return base, [a_patch(base, "low_rank", 1), a_patch(base, "dense", 2)]


def scoring(base, parents, *values):
    """A scorer that knows the models by their numbers, and gives two pairs these scores on the mean."""
    known = [tensors_of(arithmetic(parents, base, weights=own)) for own in TRIES]
    seen = []

    def scorer(dev, model):
        assert dev is DEV
        own = tensors_of(model)
        place = next(
            k for k, one in enumerate(known) if all(torch.equal(own[n], one[n]) for n in one)
        )
        seen.append(place)
        return np.array([values[place] - 0.1, values[place] + 0.1])

    return scorer, known, seen


def same(model, wanted):
    own = tensors_of(model)
    return all(torch.equal(own[name], wanted[name]) for name in wanted)


@pytest.mark.parametrize(
    ("values", "slack", "taken"),
    [
        ((0.2, 0.5, 0.3, 0.1), 0.0, 1),
        ((0.5, 0.5, 0.3, 0.1), 0.0, 0),
        ((0.5, 0.49, 0.46, 0.1), 0.1, 2),
        ((0.5, 0.44, 0.46, 0.44), 0.1, 2),
        ((-1.0, -1.05, -1.3, -1.2), 0.1, 1),
    ],
)
def test_the_best_sum_is_taken_and_a_later_one_within_the_slack(parents, values, slack, taken):
    base, patches = parents
    scorer, known, seen = scoring(base, patches, *values)
    found = search(patches, base, DEV, scorer=scorer, weights=TRIES, slack=slack)
    assert same(found, known[taken])
    assert seen == [0, 1, 2, 3]


def test_a_scorer_without_a_number_chooses_nothing(parents):
    base, patches = parents
    with pytest.raises(BadValue, match="no finite mean over 3 pairs"):
        search(patches, base, DEV, scorer=lambda *_: np.array([0.5, np.nan]), weights=TRIES[:1])


def test_weights_that_make_no_sense(parents):
    base, patches = parents
    for weights, slack in (
        ([], 0.0),
        (TRIES, 1.0),
        ([[1.0]], 0.0),
        ([1.0, 0.0], 0.0),
        ([["a", 1.0]], 0.0),
    ):
        with pytest.raises(BadSetting, match="weights"):
            search(patches, base, DEV, scorer=lambda *_: 0.0, weights=weights, slack=slack)


def test_without_development_data_nothing_can_be_chosen(parents):
    base, patches = parents
    with pytest.raises(BadValue, match="dev has no pairs"):
        search(patches, base, DEV.take([]), scorer=lambda *_: np.array([]), weights=TRIES)
