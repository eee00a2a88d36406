"""Bits per character: by plain transformers, in windows, with bad tokenizers, and of a planted model."""

import logging
import math

import numpy as np
import pytest
import torch
from causal_models import causal
from small_tokenizers import sentencepiece

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.bits_per_character import bits_per_character
from calque.models.causal import read_causal
from calque.models.folder import open_model, open_tokenizer, save
from calque.values import Texts

TEXTS = Texts.of(["the cat sees the dog", "", "שלום", "x"])
torch.set_num_threads(1)


def row(checkpoint, texts, **settings):
    return next(iter(bits_per_character(checkpoint, texts, **settings)))


def test_equals_plain_transformers(tiny):
    """The loss of transformers is the mean over all pieces but the first: here the one at the start."""
    body = tiny("gpt2", "causal")
    model, tokenizer = open_model(body, "causal"), open_tokenizer(body)
    bits = pieces = 0
    for text in (text for text in TEXTS if text):
        ids = [tokenizer.bos_token_id, *tokenizer(text)["input_ids"]]
        with torch.inference_mode():
            loss = model(torch.tensor([ids]), labels=torch.tensor([ids])).loss
        bits += float(loss) * (len(ids) - 1) / math.log(2)
        pieces += len(ids) - 1
    found = row(body, TEXTS)
    assert found["bits_per_character"] == pytest.approx(bits / 25, rel=1e-5)
    assert found["perplexity_per_character"] == pytest.approx(2 ** (bits / 25), rel=1e-4)
    assert (found["texts"], found["characters"], found["pieces"]) == (4, 25, pieces)
    assert found["pieces_per_text"] == pieces / 4
    assert found["low"] <= found["bits_per_character"] <= found["high"]
    assert row(body, TEXTS, tokens=8)["bits_per_character"] == pytest.approx(bits / 25, rel=1e-5)


def test_every_piece_of_a_long_text_counts_once(tiny):
    body = tiny("gpt2", "causal")
    text = "the cat sees the small dog in the house " * 9
    model, tokenizer = open_model(body, "causal"), open_tokenizer(body)
    reading = read_causal(tokenizer, model, Texts.of([text]), ends=True, where="here")
    batch = reading.batch(np.arange(len(reading.windows)))
    ids = tokenizer(text)["input_ids"]
    assert len(ids) > 80 and batch["input_ids"].shape[1] <= 40
    targets = [int(t) for t in batch["targets"].flatten() if t >= 0]
    assert targets == [*ids, tokenizer.eos_token_id]
    # all but those of the first window see half a window before them
    scored = (batch["targets"][1:] >= 0).int().argmax(dim=1)
    assert (scored >= reading.overlap).all()
    assert row(body, Texts.of([text]))["pieces"] == len(ids)


def test_a_model_that_knows_nothing_needs_the_bits_of_its_vocabulary(tiny, tmp_path):
    model, tokenizer = (
        open_model(tiny("gpt2", "causal"), "causal"),
        open_tokenizer(tiny("gpt2", "causal")),
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    found = row(save(model, tokenizer, tmp_path), TEXTS)
    assert found["bits_per_character"] == pytest.approx(
        found["pieces"] * math.log2(len(tokenizer)) / 25, rel=1e-5
    )


def test_unknown_pieces_are_told(tiny, caplog):
    body = causal("llama", sentencepiece(["t h", "▁ a"], "thecaetr", bos=True))
    with caplog.at_level(logging.WARNING):
        assert row(body, Texts.of(["the ☃☃ cat"]))["unknown"] > 0
    assert "pieces are unknown" in caplog.text
    assert row(body, Texts.of(["the cat"]))["unknown"] == 0


def test_nothing_to_guess(tiny):
    for nothing in ([], [""]):
        with pytest.raises(BadValue, match="no text has a piece"):
            bits_per_character(tiny("gpt2", "causal"), Texts.of(nothing))
    with pytest.raises(BadFile, match="of kind 'encoder', not 'causal'"):
        bits_per_character(tiny("bert"), TEXTS)
    with pytest.raises(BadSetting, match="boot must be at least 1"):
        bits_per_character(tiny("gpt2", "causal"), TEXTS, boot=0)
