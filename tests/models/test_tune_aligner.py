"""Training an encoder to align: better links on unseen pairs, what trains, and what is refused."""

import logging
from functools import partial

import numpy as np
import pytest
import torch
from planted_encoders import encoder, planted

from calque.errors import BadSetting, BadValue
from calque.models.align import align
from calque.models.aligning import Aims, _hidden, _maker
from calque.models.folder import open_model, open_tokenizer
from calque.models.guessing import hiding
from calque.models.layout import layout_of
from calque.models.paired import paired
from calque.models.tune import tune
from calque.models.tune_aligner import tune_aligner
from calque.objectives.random_mask import random_mask
from calque.values import Bitext, Labelled, Links
from calque.wordalign.softmax import softmax
from calque.wordalign.threshold import threshold
from calque.wordalign.unbalanced_transport import unbalanced_transport

torch.set_num_threads(1)
GOLD = 100  # pairs with gold links; the encoder is to learn the rest from itself


@pytest.fixture(scope="module")
def world():
    return planted(260, overlap=0.6)


@pytest.fixture(scope="module")
def untrained(world, tmp_path_factory):
    return encoder(world, tmp_path_factory.mktemp("untrained"))


@pytest.fixture(scope="module")
def begun(world, untrained):
    """Trained on the gold links of a few pairs."""
    return tune_aligner(
        untrained,
        world.bitext.take(range(GOLD)),
        world.links[:GOLD],
        objectives=["self_training"],
        epochs=3,
        learning_rate=3e-3,
    )


TWO = ["self_training", "parallel"]


def error_rate(world, checkpoint):
    found = align(world.unseen, checkpoint, measure="dot", rescaler=softmax, pairer=threshold)
    return world.aer(found)


def test_gold_links_make_unseen_pairs_much_better(world, untrained, begun):
    assert error_rate(world, begun) < error_rate(world, untrained) - 0.25


def by_transport(world, checkpoint):
    settings = {"unit": "word", "rescaler": unbalanced_transport}
    found = align(world.unseen, checkpoint, pairer=partial(threshold, above=0.5), **settings)
    return world.aer(found)


def test_gold_links_teach_transport(world, untrained):
    made = tune_aligner(
        untrained,
        world.bitext.take(range(GOLD)),
        world.links[:GOLD],
        objectives=["transport"],
        epochs=3,
        learning_rate=3e-3,
    )
    assert by_transport(world, made) < by_transport(world, untrained) - 0.25


@pytest.mark.parametrize("further", [[], ["consistency"]])
def test_its_own_links_make_it_better_still(world, begun, further):
    made = tune_aligner(
        begun,
        world.bitext.take(range(GOLD, len(world.bitext))),
        objectives=["self_training", *further],
        above=0.1,
        learning_rate=1e-3,
    )
    assert error_rate(world, made) < error_rate(world, begun) - 0.03


def parameters(checkpoint, kind="encoder"):
    return {name: p.detach() for name, p in open_model(checkpoint, kind).named_parameters()}


def changed(one, other):
    assert one.keys() == other.keys()
    return {name for name in one if not torch.equal(one[name], other[name])}


def test_all_objectives_at_once_train_the_layers_that_they_read(tiny, drawn):
    body = tiny("bert", "masked")
    settings = {
        "objectives": ["self_training", "consistency", "parallel"],
        "masker": random_mask,
        "learning_rate": 1e-3,
    }
    made, again = (tune_aligner(body, drawn(16), **settings) for _ in range(2))
    assert made.config["architectures"] == ["BertForMaskedLM"]
    moved = changed(parameters(body, "masked"), parameters(made, "masked"))
    assert any("layer.2" in name for name in moved)  # masked pieces are guessed from the last layer
    assert any(name.startswith("cls") for name in moved)
    assert not changed(parameters(made, "masked"), parameters(again, "masked"))


def test_without_a_masker_what_lies_above_stays(tiny, drawn):
    body = tiny("bert", "masked")
    made = tune_aligner(body, drawn(16), objectives=["self_training"], layer=1, learning_rate=1e-3)
    moved = changed(parameters(body, "masked"), parameters(made, "masked"))
    assert any("layer.0" in name for name in moved)
    assert not any("layer.1" in name or name.startswith("cls") for name in moved)


def test_a_task_head_stays_bit_equal(tiny, drawn):
    rows = [{"text": text, "label": str(n % 2)} for n, text in enumerate(["one two", "a dog"] * 2)]
    tuned = tune(tiny("bert"), Labelled.of(rows, "class"), epochs=1)
    made = tune_aligner(tuned, drawn(8), objectives=TWO, masker=random_mask, learning_rate=1e-3)
    moved = changed(parameters(tuned, "class"), parameters(made, "class"))
    assert moved and not any(name.startswith("classifier") for name in moved)
    assert made.config["calque_task"] == "class"


def test_one_side_is_hidden_at_a_time(tiny, drawn):
    tokenizer = open_tokenizer(tiny("bert"))
    pairs = paired(tokenizer, drawn(20), None, maximum=400, where="here")
    layout = layout_of(tokenizer, maximum=400, pad=pairs.source.pad)
    hides = hiding(tokenizer, partial(random_mask, share=1.0), "here")
    rows, generator = pairs.rows[:6], np.random.default_rng(0)
    alone, other, first, second = _hidden(pairs, layout, rows, hides, generator)
    for batch, side in ((alone, "source"), (other, "target")):
        total = sum(len(pairs.pieces(side, row)[0]) for row in rows)
        assert len(batch["targets"]) == total
    for batch, side in ((first, "source"), (second, "target")):
        wanted = sorted(np.concatenate([pairs.pieces(side, row)[0] for row in rows]).tolist())
        assert sorted(batch["targets"].tolist()) == wanted
    # what is hidden in one batch is seen in the other
    for hidden, seen in ((first, second), (second, first)):
        ids = seen["inputs"]["input_ids"].flatten()[hidden["places"]]
        assert torch.equal(ids, hidden["targets"])


def test_false_pairs_are_false(tiny, drawn):
    tokenizer = open_tokenizer(tiny("bert"))
    bitext = drawn(7)
    pairs = paired(tokenizer, bitext, None, maximum=400, where="here")
    layout = layout_of(tokenizer, maximum=400, pad=pairs.source.pad)
    make = _maker(pairs, layout, Aims(("parallel",), None, 1, 0.1))
    sides = [
        [pairs.pieces(side, row)[0].tolist() for row in pairs.rows] for side in ("source", "target")
    ]
    seen = set()
    for draw in range(20):
        batch = make(np.arange(len(pairs.rows)), np.random.default_rng(draw))["parallel"]
        special = set(tokenizer.all_special_ids)
        for ids, true in zip(batch["inputs"]["input_ids"].tolist(), batch["true"], strict=True):
            pieces = [i for i in ids if i not in special - {tokenizer.unk_token_id}]
            found = [
                (i, j, swap)
                for i, x in enumerate(sides[0])
                for j, y in enumerate(sides[1])
                for swap, both in ((False, x + y), (True, y + x))
                if both == pieces
            ]
            assert found
            assert any((i == j) == bool(true) for i, j, _ in found)
            seen |= {(bool(true), swap) for _, _, swap in found}
    assert len(seen) == 4  # true and false, in either order


def test_odd_pairs_leave_numbers_finite(tiny, caplog):
    rows = [
        ("", "cat"),
        ("\u200b", "dog"),
        ("cat " * 60, "Hund"),
        ("שלום", "الكلب"),
        ("🙂", "e\u0301"),
    ]
    with caplog.at_level(logging.WARNING, logger="calque"):
        made = tune_aligner(
            tiny("bert"), Bitext.of(rows, tokenized=True), objectives=TWO, masker=random_mask
        )
    assert all(torch.isfinite(p).all() for p in parameters(made).values())
    assert "2 pairs have an empty side" in caplog.text
    assert "lose their end" in caplog.text


def test_what_makes_no_sense_is_refused(tiny, drawn):
    body, bitext = tiny("bert"), drawn(3)
    links = [Links(np.zeros((0, 2)), (1, 1))] * 3
    with pytest.raises(BadSetting, match="no objective 'psi'; there are: self_training"):
        tune_aligner(body, bitext, objectives=["psi"])
    with pytest.raises(BadSetting, match="give objectives, or a masker"):
        tune_aligner(body, bitext, objectives=[])
    with pytest.raises(BadSetting, match="layer 9 of a model with 3 layers"):
        tune_aligner(body, bitext, layer=9, objectives=TWO)
    with pytest.raises(BadValue, match="3 sentence pairs need as many links, got 2"):
        tune_aligner(body, bitext, links[:2], objectives=TWO)
    with pytest.raises(BadValue, match=r"links of pair 0 lie on \(1, 1\)"):
        tune_aligner(body, bitext, links, objectives=TWO)
    with pytest.raises(BadValue, match="no sentence pair has pieces on both sides"):
        tune_aligner(body, Bitext.of([("", "a")]), objectives=TWO)
    with pytest.raises(BadValue, match="at least two pairs"):
        tune_aligner(body, Bitext.of([("cat", "Hund")]), objectives=TWO)
    with pytest.raises(BadValue, match="has no mask piece"):
        tune_aligner(tiny("gpt2", "causal"), bitext, objectives=TWO, masker=random_mask)
    right = [Links(np.zeros((0, 2)), (len(x.split()), len(y.split()))) for x, y in bitext]
    with pytest.raises(BadSetting, match="learned by 'self_training' and 'transport'; neither is"):
        tune_aligner(body, bitext, right, objectives=["consistency"])
    with pytest.raises(BadSetting, match="'transport' learns from gold links; give some"):
        tune_aligner(body, bitext, objectives=["transport"])
