"""Guessing the next piece: what is learned, what trains, odd texts, and after a kill."""

import numpy as np
import pytest
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.bits_per_character import bits_per_character
from calque.models.folder import open_model, open_tokenizer
from calque.models.outer_layers import outer_layers
from calque.models.running import Running, run_as
from calque.models.tune_causal import tune_causal
from calque.values import Texts
from calque.workspace import working_in

torch.set_num_threads(1)
COUNTING = Texts.of(["one two three four five", "five four three two one"] * 10)


def weights(checkpoint):
    return {name: p.detach() for name, p in open_model(checkpoint, "causal").named_parameters()}


def changed(one, other):
    one, other = weights(one), weights(other)
    assert one.keys() == other.keys()
    return {name for name in one if not torch.equal(one[name], other[name])}


def bits(checkpoint, texts=COUNTING):
    return next(iter(bits_per_character(checkpoint, texts, boot=1)))["bits_per_character"]


def test_learns_to_count(tiny):
    few = COUNTING.take(range(8))
    made = tune_causal(tiny("gpt2", "causal"), few, epochs=60, learning_rate=1e-2, tokens=512)
    assert bits(tiny("gpt2", "causal")) > 4
    # which of both comes is one bit of 23 letters
    assert bits(made) < 0.15
    tokenizer, model = open_tokenizer(made), open_model(made, "causal")
    start = torch.tensor([[tokenizer.bos_token_id]])
    ids = torch.cat([start, tokenizer("one two", return_tensors="pt")["input_ids"]], dim=1)
    with torch.inference_mode():
        said = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=30, do_sample=False,
            pad_token_id=0,
        )  # fmt: skip
    assert tokenizer.decode(said[0], skip_special_tokens=True) == "one two three four five"


@pytest.mark.parametrize(
    ("trains", "wanted"),
    [
        ("wte", {"transformer.wte.weight"}),
        (r"h\.0\.ln_1", {"transformer.h.0.ln_1.weight", "transformer.h.0.ln_1.bias"}),
    ],
)
def test_what_is_named_trains_and_nothing_else(tiny, trains, wanted):
    body = tiny("gpt2", "causal")
    assert changed(body, tune_causal(body, COUNTING, trains=trains)) == wanted


def test_layers_at_both_ends(tiny):
    body = tiny("gpt2", "causal")
    pattern = outer_layers(body, count=1)
    moved = changed(body, tune_causal(body, COUNTING, trains=pattern))
    assert {name.split(".")[2] for name in moved if ".h." in name} == {"0", "2"}
    assert "transformer.wte.weight" in moved
    assert not any("wpe" in name or "ln_f" in name for name in moved)
    assert outer_layers(body, count=0) == r"^transformer\.wte\.|^lm_head\."
    with pytest.raises(BadSetting, match="2 layers at each end of 3"):
        outer_layers(body, count=2)


def test_low_rank_differences_and_whole_tables(tiny):
    body = tiny("gpt2", "causal")
    made = tune_causal(body, COUNTING, rank=2, learning_rate=1e-2, epochs=3)
    before, after = weights(body), weights(made)
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    matrices = {n for n, p in before.items() if p.ndim == 2 and ".h." in n}
    assert moved == matrices | {"transformer.wte.weight"}
    for name in matrices:
        assert torch.linalg.matrix_rank(after[name] - before[name], atol=1e-5) <= 2
    assert bits(made) < bits(body) - 0.5
    with pytest.raises(BadSetting, match="goes with an empty trains"):
        tune_causal(body, COUNTING, rank=2, trains="wte")


def test_long_odd_and_empty_texts(tiny):
    texts = Texts.of(["", "\u200b", "cat " * 100, "e\u0301", "שלום", "🙂", "a\x00b"])
    made = tune_causal(tiny("gpt2", "causal"), texts, tokens=64)
    assert all(torch.isfinite(tensor).all() for tensor in weights(made).values())
    assert np.isfinite(bits(made, texts))


def test_goes_on_after_a_kill(tiny, tmp_path, monkeypatch):
    from calque.models import causal as module

    true, calls = module.losses, []

    def dying(model, batch):
        calls.append(batch)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return true(model, batch)

    body, settings = tiny("gpt2", "causal"), {"epochs": 3, "tokens": 128, "seed": 2}
    whole = tune_causal(body, COUNTING, **settings)
    with working_in(tmp_path), run_as(Running(save_seconds=0)):
        monkeypatch.setattr(module, "losses", dying)
        with pytest.raises(KeyboardInterrupt):
            tune_causal(body, COUNTING, **settings)
        on = tune_causal(body, COUNTING, **settings)
    assert on.fingerprint() == whole.fingerprint()


def test_what_cannot_be_trained(tiny):
    with pytest.raises(BadFile, match="of kind 'masked', not 'causal'"):
        tune_causal(tiny("bert", "masked"), COUNTING)
    for nothing in ([], [""]):
        with pytest.raises(BadValue, match="no text has a piece"):
            tune_causal(tiny("gpt2", "causal"), Texts.of(nothing))
    with pytest.raises(BadSetting, match="tokens must be at least 1"):
        tune_causal(tiny("gpt2", "causal"), COUNTING, tokens=0)
    with pytest.raises(BadSetting, match="'nowhere' is in no parameter"):
        tune_causal(tiny("gpt2", "causal"), COUNTING, trains="nowhere")
