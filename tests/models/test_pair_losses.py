"""The objectives of aligners: by hand, and as the authors' code computes them."""

import json
import math
import sys
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from calque.models.pair_losses import (
    TellApart,
    consistency,
    guide_of,
    self_training,
    sentence_mean,
    spread,
    two_ways,
)

GOLDEN = Path(__file__).parents[1] / "golden"
THEIRS = json.loads((GOLDEN / "awesome_align_losses.json").read_text(encoding="utf-8"))
ADAPTERS = json.loads((GOLDEN / "acc_align.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made():
    """The states that the golden figures are of, and which pieces are ordinary ones."""
    sys.path.insert(0, str(GOLDEN))
    try:
        import awesome_align_losses as script
    finally:
        sys.path.remove(str(GOLDEN))
    ids = [script.inputs(side, (0, 1, 2)) for side in (0, 1)]
    hidden = [script.states(*ids[side].shape, script.WIDTH, float(side)) for side in (0, 1)]
    inside = tuple(one == 5 for one in ids)
    return hidden, inside, script


def test_the_authors_code_says_the_same_of_links(made):
    hidden, inside, _ = made
    ways = two_ways(*hidden, inside)
    # every piece is a word of its own, so that links of words are those of pieces
    words = tuple(torch.where(one, one.cumsum(1) - 1, -1) for one in inside)
    guide = guide_of(ways, words, 0.1)
    assert guide.long().tolist() == THEIRS["guide"]
    assert guide.sum() > 5
    for loss, name in (
        (self_training(ways, guide, inside), "self_training"),
        (consistency(ways, inside), "consistency"),
    ):
        torch.testing.assert_close(float(loss), THEIRS[name], rtol=1e-5, atol=1e-6)


def test_the_adapters_authors_code_says_the_same_of_links(made):
    hidden, inside, _ = made
    ways = two_ways(*hidden, inside)
    single = tuple(torch.where(one, one.cumsum(1) - 1, -1) for one in inside)
    own = self_training(ways, guide_of(ways, single, 0.1), inside)
    assert float(own) == pytest.approx(ADAPTERS["own"], rel=1e-5)
    # links of words of one to three pieces, as acc_align.py has them
    words = tuple(
        torch.tensor([[-1, *pair, *[-1] * (one.shape[1] - 1 - len(pair))] for pair in side])
        for one, side in zip(
            inside,
            (
                ((0, 0, 1, 2, 2), (0, 1, 1, 2), (0, 1)),
                ((0, 1, 1), (0, 0, 1, 2, 2, 2), (0, 0)),
            ),
            strict=True,
        )
    )
    linked = torch.zeros(3, 3, 3)
    for pair, i, j in ((0, 0, 1), (0, 2, 0), (1, 0, 2), (1, 1, 0), (1, 1, 1), (2, 1, 0)):
        linked[pair, i, j] = 1
    guide = spread(linked, words)
    assert guide.long().tolist() == ADAPTERS["guide"]
    assert float(self_training(ways, guide, inside)) == pytest.approx(ADAPTERS["gold"], rel=1e-5)


def test_the_authors_code_says_the_same_of_masked_pieces(made):
    _, _, script = made
    logits = script.states(3, 8, script.VOCABULARY, 2.0).flatten(0, 1)
    batch = {"places": torch.tensor([2, 5, 6, 17]), "targets": torch.tensor([3, 0, 10, 7])}
    found = float(sentence_mean(logits[batch["places"]], batch, 8))
    # theirs counts the sentence without a masked piece as one of loss 0
    assert found * 2 / 3 == pytest.approx(THEIRS["masked"], rel=1e-5)


def test_the_authors_code_says_the_same_of_true_and_false_pairs(made):
    hidden, _, script = made
    head = TellApart(script.WIDTH, 0)
    own = {
        "transform.weight": head.dense.weight,
        "transform.bias": head.dense.bias,
        "decoder.weight": head.which.weight,
        "bias": head.which.bias,
    }
    assert sorted(own) == sorted(THEIRS["order"])
    with torch.no_grad():
        for phase, name in enumerate(THEIRS["order"]):
            drawn = script.states(1, 1, own[name].numel(), float(phase))
            own[name].copy_(drawn.reshape(own[name].shape))
    found = head(hidden[0][:, 0], torch.tensor([1, 0, 1]))
    assert float(found.detach()) == pytest.approx(THEIRS["parallel"], rel=1e-5)


def test_by_hand():
    # one source piece against two target pieces, dot products ln 3 and 0
    source = torch.tensor([[[math.log(3.0)]]])
    target = torch.tensor([[[1.0], [0.0]]])
    inside = (torch.ones(1, 1, dtype=torch.bool), torch.ones(1, 2, dtype=torch.bool))
    ways = two_ways(source, target, inside)
    torch.testing.assert_close(ways[0], torch.tensor([[[0.75, 0.25]]]))
    torch.testing.assert_close(ways[1], torch.ones(1, 1, 2))
    guide = torch.tensor([[[1.0, 0.0]]])
    assert float(self_training(ways, guide, inside)) == pytest.approx(-(0.75 / 1 + 1 / 2))
    assert float(consistency(ways, inside)) == pytest.approx(-1.0)


def test_padding_and_special_pieces_change_nothing():
    torch.manual_seed(0)
    source, target = torch.randn(2, 4, 3), torch.randn(2, 5, 3)
    inside = (torch.ones(2, 4, dtype=torch.bool), torch.ones(2, 5, dtype=torch.bool))
    expected = two_ways(source, target, inside)
    wider = [F.pad(one, (0, 0, 1, 2), value=9.0) for one in (source, target)]
    ways = two_ways(*wider, tuple(F.pad(one, (1, 2)) for one in inside))
    for way, true in zip(ways, expected, strict=True):
        torch.testing.assert_close(way[:, 1:-2, 1:-2], true)
        assert float(way.sum()) == pytest.approx(float(true.sum()), rel=1e-5)


def test_links_of_one_piece_link_the_whole_word():
    # words of two pieces; the link of the first pieces alone is above
    ways = torch.zeros(1, 4, 3)
    ways[0, 1, 1] = 0.9
    words = (torch.tensor([[-1, 0, 0, 1]]), torch.tensor([[-1, 0, 0]]))
    guide = guide_of((ways, ways), words, 0.5)
    assert guide[0].tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 1], [0, 0, 0]]
    assert not guide_of((ways, 0 * ways), words, 0.5).any()  # one direction is not enough
    linked = torch.tensor([[[0.0], [1.0]]])
    assert spread(linked, words)[0].tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 1]]


def test_nothing_inside_is_no_loss_and_no_nan():
    ways = two_ways(torch.randn(1, 2, 3), torch.randn(1, 2, 3), (torch.zeros(1, 2) > 0,) * 2)
    inside = (torch.zeros(1, 2, dtype=torch.bool),) * 2
    assert float(self_training(ways, torch.zeros(1, 2, 2), inside)) == 0
    assert float(consistency(ways, inside)) == 0
    none = {"places": torch.zeros(0, dtype=torch.long), "targets": torch.zeros(0, dtype=torch.long)}
    assert float(sentence_mean(torch.zeros(0, 5), none, 4)) == 0
