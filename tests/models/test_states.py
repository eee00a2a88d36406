import numpy as np
import pytest
import torch

from calque.errors import BadSetting
from calque.models.batches import collate, encode
from calque.models.folder import open_model, open_tokenizer
from calque.models.states import layer_states, pooled, shares_of

FAMILIES = ("bert", "xlmr", "distilbert", "deberta", "modernbert", "gpt2")


@pytest.mark.parametrize("name", FAMILIES)
def test_stopping_early_gives_the_hidden_states_of_the_whole_pass(tiny, name):
    model, tokenizer = open_model(tiny(name), "encoder"), open_tokenizer(tiny(name))
    windows = encode(tokenizer, ["the cat sees", "犬", "a b c"], maximum=40)
    batch = collate(windows, range(3))
    with torch.inference_mode():
        full = model(**batch, output_hidden_states=True)
        # transformers 4 leaves ModernBERT's closing normalization out of its last entry
        whole = (*full.hidden_states[:-1], full.last_hidden_state)
        assert len(whole) == 4
        for layer in range(-4, 4):
            assert torch.equal(layer_states(model, batch, layer), whole[layer])


def test_later_layers_are_not_run(tiny):
    model, tokenizer = open_model(tiny("bert"), "encoder"), open_tokenizer(tiny("bert"))
    batch = collate(encode(tokenizer, ["the cat"], maximum=40), [0])
    ran = []
    for number, layer in enumerate(model.encoder.layer):
        layer.register_forward_hook(lambda *_, number=number: ran.append(number))
    layer_states(model, batch, 2)
    assert ran == [0, 1]
    layer_states(model, batch, -1)
    assert ran == [0, 1, 0, 1, 2]


def test_layers_that_do_not_exist_are_refused(tiny):
    model, tokenizer = open_model(tiny("bert"), "encoder"), open_tokenizer(tiny("bert"))
    batch = collate(encode(tokenizer, ["the cat"], maximum=40), [0])
    for layer in (4, -5):
        with pytest.raises(BadSetting, match="3 layers; give 0 to 3"):
            layer_states(model, batch, layer)


def test_what_stands_in_the_padding_does_not_matter(tiny):
    model, tokenizer = open_model(tiny("bert"), "encoder"), open_tokenizer(tiny("bert"))
    windows = encode(tokenizer, ["the cat sees the dog", "cat"], maximum=40)
    rows, shares = [np.zeros(n, dtype=int) for n in windows.lengths], shares_of(windows)

    def sums():
        found = dict(pooled(model, windows, rows, shares, layer=-1, tokens=100))
        return np.concatenate([found[0], found[1]])

    def spoil(_module, _inputs, output):
        states = output[0] if isinstance(output, tuple) else output
        states[1, 3:] = float("nan")  # behind [CLS] cat [SEP]

    expected = sums()
    model.encoder.layer[2].register_forward_hook(spoil)
    np.testing.assert_array_equal(sums(), expected)


def test_shares_by_hand(tiny):
    # 8 pieces in windows of 6 with 2 special ones: 4 ordinary pieces each, 2 of them again
    tokenizer = open_tokenizer(tiny("bert"))
    windows = encode(tokenizer, ["the the the the the the the the", "cat"], maximum=6)
    assert [share.tolist() for share in shares_of(windows)] == [
        [1 / 3, 1, 1, 0.5, 0.5, 1 / 3],
        [1 / 3, 0.5, 0.5, 0.5, 0.5, 1 / 3],
        [1 / 3, 0.5, 0.5, 1, 1, 1 / 3],
        [1, 1, 1],
    ]
