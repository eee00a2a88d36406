"""Guessing hidden pieces: the cheap head, what is learned, and what stays bit-equal."""

import logging

import numpy as np
import pytest
import torch

from calque.errors import BadSetting, BadValue
from calque.models.batches import collate, encode
from calque.models.folder import open_model, open_tokenizer
from calque.models.guessing import guess
from calque.models.masked import masked
from calque.models.running import Running, run_as
from calque.models.tune import tune
from calque.objectives.random_mask import random_mask
from calque.values import Labelled, Texts
from calque.workspace import working_in

COUNTING = ["one", "two", "three", "four", "five", "six"]
torch.set_num_threads(1)


def counting(count=40):
    """Up and down, by turns: what a hidden word is follows from its place and its neighbors."""
    rows = [" ".join(COUNTING[:: 1 if number % 2 else -1]) for number in range(count)]
    return Texts.of(rows, "eng")


def parameters(checkpoint, kind):
    return {name: p.detach() for name, p in open_model(checkpoint, kind).named_parameters()}


def changed(one, other):
    assert one.keys() == other.keys()
    return {name for name in one if not torch.equal(one[name], other[name])}


@pytest.mark.parametrize("name", ["bert", "xlmr", "distilbert", "deberta", "modernbert", "untied"])
def test_the_cheap_head_gives_the_whole_heads_logits(tiny, name):
    checkpoint = tiny(name, "masked")
    model, tokenizer = open_model(checkpoint, "masked"), open_tokenizer(checkpoint)
    windows = encode(tokenizer, ["the cat sees the dog", "one two"], maximum=40)
    inputs = collate(windows, [0, 1])
    places = torch.tensor([1, 3, inputs["input_ids"].shape[1] + 2])
    with torch.inference_mode():
        expected = model(**inputs).logits.flatten(0, 1)[places]
        found = guess(model, inputs, places)
        again = model(**inputs).logits.flatten(0, 1)[places]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)
    assert torch.equal(again, expected)  # no hook is left


def shares_right(checkpoint, texts):
    """How many pieces are guessed, hidden one at a time."""
    model, tokenizer = open_model(checkpoint, "masked"), open_tokenizer(checkpoint)
    right = []
    for text in texts:
        ids = tokenizer(text, return_tensors="pt")["input_ids"]
        for place in range(1, ids.shape[1] - 1):
            hidden = ids.clone()
            hidden[0, place] = tokenizer.mask_token_id
            with torch.inference_mode():
                guessed = model(hidden).logits[0, place].argmax()
            right.append(bool(guessed == ids[0, place]))
    return np.mean(right)


def test_learns_to_count(tiny):
    settings = {"masker": random_mask, "epochs": 60, "learning_rate": 3e-3, "tokens": 64}
    body = tiny("bert", "masked")
    made = masked(body, counting(), **settings)
    assert shares_right(body, counting(2)) < 0.3
    assert shares_right(made, counting(2)) > 0.8
    assert made.config["architectures"] == ["BertForMaskedLM"]


@pytest.mark.parametrize("name", ["bert", "modernbert"])
def test_a_bare_body_is_lent_a_head(tiny, name, monkeypatch):
    from calque.models import masked as module

    true, losses, body = module.train, [], tiny(name)

    def keep(*args, **kwargs):
        found = true(*args, **kwargs)
        losses.extend(found["guessing"])
        return found

    monkeypatch.setattr(module, "train", keep)
    made = masked(
        body, counting(), masker=random_mask, epochs=15, learning_rate=6e-3, tokens=128
    )  # fmt: skip
    # three seeds gave 0.24 to 0.32 for either family
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])
    assert made.config["architectures"] == body.config["architectures"]
    moved = changed(parameters(body, "encoder"), parameters(made, "encoder"))
    assert any("embeddings" in name for name in moved)
    assert any("layer" in name for name in moved)
    assert not any("pooler" in name for name in moved)


def test_a_task_head_stays_bit_equal(tiny):
    rows = [{"text": text, "label": str(place % 2)} for place, text in enumerate(counting(8))]
    tuned = tune(tiny("bert"), Labelled.of(rows, "class"), epochs=1)
    made = masked(tuned, counting(), masker=random_mask)
    moved = changed(parameters(tuned, "class"), parameters(made, "class"))
    assert moved and all(name.startswith("bert.e") for name in moved)  # embeddings and encoder
    assert made.config["calque_task"] == "class"


def test_embeddings_alone(tiny):
    for name, kind, expected in (
        ("bert", "encoder", {"embeddings.word_embeddings.weight"}),
        ("bert", "masked", {"bert.embeddings.word_embeddings.weight"}),
    ):
        body = tiny(name, kind)
        made = masked(body, counting(8), masker=random_mask, trains="word_embeddings")
        assert changed(parameters(body, kind), parameters(made, kind)) == expected


def test_long_odd_and_empty_texts(tiny, caplog):
    texts = Texts.of(["", "\u200b", "cat " * 300, "e\u0301", "שלום", "🙂", "a\x00b"])
    with caplog.at_level(logging.WARNING):
        made = masked(tiny("bert"), texts, masker=random_mask, tokens=64)
    assert all(torch.isfinite(tensor).all() for tensor in parameters(made, "encoder").values())
    assert "lose" not in caplog.text


def test_goes_on_after_a_kill(tiny, tmp_path):
    calls = []

    def dying(ids, words, mask, drawable, *, seed):
        calls.append(seed)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return random_mask(ids, words, mask, drawable, seed=seed)

    settings = {"epochs": 3, "tokens": 128, "seed": 2}
    whole = masked(tiny("bert"), counting(30), masker=random_mask, **settings)
    with working_in(tmp_path), run_as(Running(save_seconds=0)):
        with pytest.raises(KeyboardInterrupt):
            masked(tiny("bert"), counting(30), masker=dying, **settings)
        on = masked(tiny("bert"), counting(30), masker=dying, **settings)
    assert on.fingerprint() == whole.fingerprint()
    assert len(set(calls)) == len(calls) - 1  # another mask each time; one was asked for twice


def test_what_cannot_be_guessed(tiny):
    with pytest.raises(BadValue, match="has no mask piece"):
        masked(tiny("gpt2"), counting(3), masker=random_mask)
    for nothing in ([], [""]):
        with pytest.raises(BadValue, match="no text has a piece"):
            masked(tiny("bert"), Texts.of(nothing), masker=random_mask)
    with pytest.raises(BadSetting, match="need tokens or size"):
        masked(tiny("bert"), counting(3), masker=random_mask, tokens=0)
    with pytest.raises(BadSetting, match="'nowhere' is in no parameter"):
        masked(tiny("bert"), counting(3), masker=random_mask, trains="nowhere")
