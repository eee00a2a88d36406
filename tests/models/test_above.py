"""Frozen lowest layers, and languages told apart by layer."""

import numpy as np
import pytest
import torch

from calque.errors import BadSetting, BadValue
from calque.evaluation.related import related
from calque.models.above import above
from calque.models.folder import open_model
from calque.models.language_layers import language_layers
from calque.models.tune import tune
from calque.values import Labelled, Score, Texts
from calque.vocabulary.shared_pieces import shared_pieces
from calque.workspace import working_in

EXAMPLES = Labelled.of(
    [{"text": "the cat", "label": "a"}, {"text": "a river", "label": "b"}], "class"
)


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


@pytest.mark.parametrize("name", ["bert", "distilbert", "modernbert"])
def test_what_is_frozen_stays_bit_for_bit(tiny, name):
    start = tiny(name)
    pattern = above(start, frozen=2)
    tuned = tune(start, EXAMPLES, trains=pattern, epochs=2, learning_rate=1e-2)
    again = tune(tuned, EXAMPLES, trains=above(tuned, frozen=2), epochs=1, learning_rate=1e-2)
    before = dict(open_model(start, "encoder").named_parameters())
    for model in (tuned, again):
        after = dict(open_model(model, "encoder").named_parameters())
        moved = {n for n, p in after.items() if not torch.equal(p, before[n])}
        layers = {part for n in moved for part in n.split(".") if part.isdigit()}
        assert layers and not layers & {"0", "1"} and not any("embed" in n for n in moved), moved


def test_nothing_and_everything_frozen(tiny):
    assert above(tiny("bert"), frozen=-1) == ""
    tuned = tune(tiny("bert"), EXAMPLES, trains=above(tiny("bert"), frozen=3), epochs=1)
    before = dict(open_model(tiny("bert"), "encoder").named_parameters())
    after = dict(open_model(tuned, "encoder").named_parameters())
    assert all(torch.equal(p, before[n]) for n, p in after.items() if "pooler" not in n)
    with pytest.raises(BadSetting, match="frozen must lie in -1 to 3"):
        above(tiny("bert"), frozen=4)


def test_languages_that_share_no_piece_are_told_apart_and_equal_ones_are_not(tiny):
    generator = np.random.default_rng(0)
    one = [" ".join(generator.choice(["the", "cat", "sees", "dog"], size=6)) for _ in range(60)]
    other = [" ".join(generator.choice(["الكلب", "القطة", "البيت"], size=6)) for _ in range(60)]
    apart = language_layers(tiny("bert"), [Texts.of(one, "eng"), Texts.of(other, "arb")])
    alike = language_layers(tiny("bert"), [Texts.of(one[:30], "eng"), Texts.of(one[30:], "swh")])
    assert [row["layer"] for row in apart] == [0, 1, 2, 3] and apart.rows[0]["n"] == 30
    assert all(row["value"] == row["low"] == 1 for row in apart)
    assert all(row["low"] < 0.6 and row["value"] < 0.9 for row in alike)
    with pytest.raises(BadValue, match="at least 8 texts of each; got eng 60, eng 3"):
        language_layers(tiny("bert"), [Texts.of(one, "eng"), Texts.of(one[:3], "eng")])


def test_what_goes_along_with_a_score():
    features = {"up": [1, 2, 4, 3], "same": [1, 1, 1, 1], "gaps": [3.0, None, 2.0, 1.0]}
    scores = [Score("accuracy", value) for value in (0.1, 0.2, 0.4, 0.3)]
    up, same, gaps = related(scores, features)
    assert up["pearson"] == pytest.approx(1) and up["spearman"] == pytest.approx(1) and up["n"] == 4
    assert same["pearson"] is None and same["spearman"] is None
    assert gaps["n"] == 3 and gaps["spearman"] == pytest.approx(-0.5)
    with pytest.raises(BadValue, match="4 scores and 2 numbers of 'up'"):
        related(scores, {"up": [1, 2]})


def test_shares_of_pieces_by_hand(tiny):
    from calque.models.vocabulary import vocabulary

    pieces = vocabulary(tiny("bert"))
    seen = Texts.of(["the cat sees", "the dog"])
    assert shared_pieces(
        pieces, seen, Texts.of(["the cat", "the the river river"])
    ) == pytest.approx(2 / 3)
    assert shared_pieces(pieces, seen, seen) == 1
    with pytest.raises(BadValue, match="`unseen` have no pieces"):
        shared_pieces(pieces, seen, Texts.of(["", "\u200b"]))
