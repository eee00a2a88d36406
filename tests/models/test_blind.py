"""Heads that do not see a direction: in every family that users bring, and learned all the same."""

import numpy as np
import pytest
import torch

from calque.errors import BadValue
from calque.models.blind import blind_to
from calque.models.folder import open_model
from calque.models.heads import with_head
from calque.models.predict import predict
from calque.models.reader import first_reader
from calque.models.tune import tune
from calque.values import Labelled

FAMILIES = ["bert", "xlmr", "distilbert", "deberta", "modernbert", "gpt2"]


def logits(model, shift=None, reader=None):
    """What the head says of three texts whose last states are moved by `shift` [d]."""
    ids = torch.tensor([[5, 6, 7], [8, 9, 10], [11, 12, 13]])
    hook = None
    if shift is not None:
        hook = (reader or first_reader(model)).register_forward_pre_hook(
            lambda _, given: (given[0] + shift,), prepend=True
        )
    try:
        with torch.inference_mode():
            return model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    finally:
        if hook is not None:
            hook.remove()


@pytest.mark.parametrize("name", FAMILIES)
def test_what_lies_along_the_direction_changes_nothing(tiny, name):
    model = with_head(tiny(name), "class", ["a", "b", "c"], seed=1)
    width = model.config.hidden_size
    generator = np.random.default_rng(0)
    hidden, seen = generator.normal(size=(2, width)).astype(np.float32)
    seen -= hidden * (seen @ hidden) / (hidden @ hidden)
    before, reader = logits(model), first_reader(model)
    assert (logits(model, torch.from_numpy(hidden)) - before).abs().max() > 1e-4
    with blind_to(model, hidden[None]):
        within = logits(model)
        assert torch.allclose(
            logits(model, torch.from_numpy(5 * hidden), reader), within, atol=1e-5
        )
    # the hook is gone, and the weights do the same
    assert torch.allclose(logits(model), within, atol=1e-5)
    assert torch.allclose(logits(model, torch.from_numpy(5 * hidden), reader), within, atol=1e-5)
    assert (logits(model, torch.from_numpy(seen)) - within).abs().max() > 1e-4


def test_directions_need_not_be_orthogonal_and_zeros_hide_nothing(tiny):
    model = with_head(tiny("bert"), "class", ["a", "b"], seed=1)
    width = model.config.hidden_size
    one, two = np.random.default_rng(0).normal(size=(2, width)).astype(np.float32)
    with blind_to(model, np.stack([one, one + 1e-3 * two, np.zeros(width, np.float32)])):
        pass
    whole = logits(model)
    for moved in (one, two, one - 7 * two):
        assert torch.allclose(logits(model, torch.from_numpy(moved)), whole, atol=1e-4)
    with blind_to(model, np.zeros((1, width), np.float32)):
        pass
    assert torch.equal(logits(model), whole)


def test_an_error_within_leaves_the_model_as_it_was(tiny):
    model = with_head(tiny("bert"), "class", ["a", "b"], seed=1)
    before = logits(model)

    def fails():
        with blind_to(model, np.ones((1, model.config.hidden_size), np.float32)):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert torch.equal(logits(model), before)


def test_a_tuned_head_is_blind_and_the_folder_plain(tiny):
    checkpoint = tiny("bert")
    rows = [
        {"text": f"the {word} sees the {word}", "label": label}
        for word, label in (("cat", "pet"), ("river", "water"))
        for _ in range(16)
    ]
    train = Labelled.of(rows, "class", "eng")
    width = checkpoint.config["hidden_size"]
    hidden = np.random.default_rng(0).normal(size=(1, width)).astype(np.float32)
    made = tune(checkpoint, train, train, hidden, epochs=4, learning_rate=3e-3, batch_size=8)
    model = open_model(made, "class")
    assert torch.allclose(logits(model, torch.from_numpy(9 * hidden[0])), logits(model), atol=1e-4)
    assert list(predict(made, train).labels) == list(train.gold)


@pytest.mark.parametrize(
    ("directions", "said"),
    [
        (np.ones((1, 3), np.float32), r"\[k, \d+\], got \(1, 3\)"),
        (np.ones(64, np.float32), r"got \(64,\)"),
    ],
)
def test_what_is_no_direction(tiny, directions, said):
    model = with_head(tiny("bert"), "class", ["a", "b"], seed=1)
    with pytest.raises(BadValue, match=said), blind_to(model, directions):
        pass


def test_numbers_must_be_finite(tiny):
    model = with_head(tiny("bert"), "class", ["a", "b"], seed=1)
    wrong = np.full((1, model.config.hidden_size), np.inf, np.float32)
    with pytest.raises(BadValue, match="not finite"), blind_to(model, wrong):
        pass
