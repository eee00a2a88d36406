import logging

import numpy as np
import pytest
import torch

from calque.errors import BadSetting
from calque.models.folder import open_model, open_tokenizer
from calque.models.words import words
from calque.values import Texts

ENCODERS = ("bert", "xlmr", "distilbert", "deberta", "modernbert")
SENTENCES = [
    ["the", "nyumbani", "cat", "sees"],
    [],
    ["الكلب", "الصغير", "يرى"],
    ["犬", "кошку", "e\u0301", "é"],
    ["a"],
    ["dog", "runs", "nyumbani"] * 3,
]


def one_by_one(checkpoint, layer, pooling):
    """Every sentence alone; the means are taken in a loop over pieces."""
    model, tokenizer = open_model(checkpoint, "encoder"), open_tokenizer(checkpoint)
    result = []
    for sentence in SENTENCES:
        text = " ".join(sentence)
        batch = tokenizer(text, return_tensors="pt", return_offsets_mapping=True)
        offsets = batch.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            full = model(**batch, output_hidden_states=True)
        states = full.last_hidden_state if layer == -1 else full.hidden_states[layer]
        states = states[0].numpy()
        ends = np.cumsum([len(word) + 1 for word in sentence])
        rows = [[] for _ in sentence]
        for state, (start, end) in zip(states, offsets, strict=True):
            if end > start:  # a piece may begin with the space before its word, or be that space
                last = end - 1 if text[end - 1] != " " else end
                rows[int(np.searchsorted(ends, last, side="right"))].append(state)
        pool = (lambda r: r[0]) if pooling == "first" else (lambda r: np.mean(r, axis=0))
        result.append(np.array([pool(r) for r in rows]).reshape(len(sentence), 32))
    return result


@pytest.mark.parametrize("pooling", ["mean", "first"])
@pytest.mark.parametrize("name", ENCODERS)
def test_batches_give_what_each_sentence_alone_gives(tiny, name, pooling):
    for layer in (-1, 1):
        found = words(tiny(name), SENTENCES, layer=layer, pooling=pooling)
        for own, expected in zip(found, one_by_one(tiny(name), layer, pooling), strict=True):
            assert own.shape == expected.shape and own.dtype == np.float32
            np.testing.assert_allclose(own, expected, atol=1e-5)


@pytest.mark.parametrize("name", ENCODERS)
def test_batch_size_changes_nothing(tiny, name):
    many = words(tiny(name), SENTENCES, tokens=10_000)
    for own, expected in zip(words(tiny(name), SENTENCES, tokens=1), many, strict=True):
        np.testing.assert_allclose(own, expected, atol=1e-5)


@pytest.mark.parametrize("pooling", ["mean", "first"])
@pytest.mark.parametrize("name", ENCODERS)
def test_a_line_of_ten_thousand_words_has_a_vector_for_each(tiny, name, pooling):
    line = ["the", "cat", "нет", "犬", "nyumbani"] * 2000
    short, long = words(tiny(name), [["a"], line], pooling=pooling)
    assert long.shape == (10_000, 32)
    assert np.isfinite(long).all() and (np.abs(long).sum(axis=1) > 0).all()
    np.testing.assert_allclose(short, words(tiny(name), [["a"]], pooling=pooling)[0], atol=1e-5)


def test_a_word_in_two_windows_has_the_mean_of_its_states(tiny):
    # 57 words of one piece in windows of 40 with 2 special ones: words 19 to 37 are in both
    checkpoint, line = tiny("bert"), (["the", "cat", "dog"] * 19)
    first, second = words(checkpoint, [line[:38], line[19:]])
    (long,) = words(checkpoint, [line])
    np.testing.assert_allclose(long[:19], first[:19], atol=1e-5)
    np.testing.assert_allclose(long[19:38], (first[19:] + second[:19]) / 2, atol=1e-5)
    np.testing.assert_allclose(long[38:], second[19:], atol=1e-5)


def test_words_without_pieces_have_zeros_and_move_nothing(tiny, caplog):
    with caplog.at_level(logging.WARNING, "calque"):
        (found,) = words(tiny("bert"), [["the", "\u200b", "cat", "\u200d\ufeff"]])
        (nothing,) = words(tiny("bert"), [["\u200b"]])
        (bare,) = words(tiny("gpt2"), [[""]])
    (plain,) = words(tiny("bert"), [["the", "cat"]])
    np.testing.assert_allclose(found[[0, 2]], plain, atol=1e-5)
    np.testing.assert_array_equal(found[[1, 3]], 0)
    np.testing.assert_array_equal(nothing, np.zeros((1, 32)))
    np.testing.assert_array_equal(bare, np.zeros((1, 32)))
    assert r"2 words have no pieces, for example '\u200b'" in caplog.text


def test_texts_are_split_at_spaces(tiny):
    loose = Texts.of(["the  cat\tsees ", ""])
    tight = Texts.of(["the cat sees", ""], tokenized=True)
    lists = words(tiny("bert"), [["the", "cat", "sees"], []])
    for texts in (loose, tight):
        for own, expected in zip(words(tiny("bert"), texts), lists, strict=True):
            np.testing.assert_array_equal(own, expected)
    (kept,) = words(tiny("bert"), Texts.of(["the\u00a0cat sees"], tokenized=True))
    assert kept.shape == (2, 32)


def test_chunks_change_nothing(tiny, monkeypatch):
    whole = words(tiny("bert"), SENTENCES)
    monkeypatch.setattr("calque.models.words._CHUNK", 2)
    for own, expected in zip(words(tiny("bert"), SENTENCES), whole, strict=True):
        np.testing.assert_allclose(own, expected, atol=1e-5)


def test_nothing_gives_nothing(tiny):
    assert words(tiny("bert"), []) == []
    with pytest.raises(BadSetting, match="pooling is 'mean' or 'first', got 'last'"):
        words(tiny("bert"), [["a"]], pooling="last")  # type: ignore[arg-type]
