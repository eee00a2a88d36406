import logging

import numpy as np
import pyarrow as pa
import pytest
import torch

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.folder import open_tokenizer, save
from calque.models.heads import trained_head, with_head
from calque.models.predict import predict
from calque.values import Labelled

ENCODERS = ("bert", "xlmr", "distilbert", "deberta", "modernbert")
TEXTS = ["the cat sees", "", "الكلب الصغير", "\u200b", "犬 кошку e\u0301", "a dog runs"]
LABELS = ["x", "y", "O"]


@pytest.fixture
def headed(tiny, tmp_path):
    """A tiny model with a head whose labels vary with the input."""

    def make(name, task, labels=LABELS):
        model = with_head(tiny(name), task, labels, seed=5)
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if key.startswith(("classifier", "score")):
                    parameter.mul_(20)
        tokenizer = open_tokenizer(tiny(name))
        return save(model, tokenizer, tmp_path / f"{name}-{task}")

    return make


def plain(checkpoint, task, *texts):
    model, _ = trained_head(checkpoint, task)
    tokenizer = open_tokenizer(checkpoint)
    with torch.inference_mode():
        # lists: of a lone empty second text transformers makes no pair
        batch = tokenizer(*([text] for text in texts), return_tensors="pt")
        return model(**batch).logits.softmax(-1)[0].numpy()


@pytest.mark.parametrize("name", ENCODERS)
def test_texts_in_batches_are_labelled_as_each_alone(headed, name):
    checkpoint = headed(name, "class")
    found = predict(checkpoint, Labelled.of([{"text": text} for text in TEXTS], "class"))
    expected = np.stack([plain(checkpoint, "class", text) for text in TEXTS])
    assert found.classes == ("x", "y", "O")
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    assert list(found) == [found.classes[best] for best in expected.argmax(axis=1)]


@pytest.mark.parametrize("name", ENCODERS)
def test_pairs_in_batches_are_labelled_as_each_alone(headed, name):
    checkpoint = headed(name, "pair")
    rows = [{"text": text, "text_b": other} for text, other in zip(TEXTS, TEXTS[::-1], strict=True)]
    found = predict(checkpoint, Labelled.of(rows, "pair"), tokens=64)
    expected = np.stack([plain(checkpoint, "pair", row["text"], row["text_b"]) for row in rows])
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)


@pytest.mark.parametrize("name", ENCODERS)
def test_words_are_tagged_at_their_first_piece(headed, name):
    checkpoint = headed(name, "tags")
    sentences = [["the", "cat", "犬"], [], ["الكلب", "nyumbani", "dog", "sees"]]
    found = predict(checkpoint, Labelled.of([{"words": words} for words in sentences], "tags"))
    assert [len(tags) for tags in found] == [3, 0, 4]
    tokenizer, expected = open_tokenizer(checkpoint), []
    for words in sentences:
        cells = plain(checkpoint, "tags", " ".join(words))
        for count in range(len(words)):
            begin = " ".join(words[:count])
            # the pieces in front of a word are [CLS] and those of the words before it
            expected.append(cells[len(tokenizer(begin)["input_ids"]) - 1])
    np.testing.assert_allclose(found.probabilities, np.array(expected), atol=1e-5)
    assert [tag for tags in found for tag in tags] == [
        found.classes[best] for best in np.argmax(expected, axis=1)
    ]


def test_a_long_text_has_the_mean_of_its_windows_logits(headed):
    checkpoint = headed("bert", "class")
    words = (["the", "cat", "dog"] * 20)[:57]
    model, _ = trained_head(checkpoint, "class")
    tokenizer = open_tokenizer(checkpoint)
    with torch.inference_mode():
        halves = [
            model(**tokenizer(" ".join(part), return_tensors="pt")).logits[0]
            for part in (words[:38], words[19:])
        ]
    expected = torch.stack(halves).mean(dim=0).softmax(-1).numpy()
    found = predict(checkpoint, Labelled.of([{"text": " ".join(words)}], "class"))
    np.testing.assert_allclose(found.probabilities[0], expected, atol=1e-5)


def test_a_word_in_two_windows_has_the_mean_of_its_logits(headed):
    # 57 words of one piece in windows of 40 with 2 special ones: words 19 to 37 are in both
    checkpoint, words = headed("bert", "tags"), (["the", "cat", "dog"] * 19)
    model, _ = trained_head(checkpoint, "tags")
    tokenizer = open_tokenizer(checkpoint)
    with torch.inference_mode():
        first, second = (
            model(**tokenizer(" ".join(part), return_tensors="pt")).logits[0, 1:-1]
            for part in (words[:38], words[19:])
        )
    logits = torch.cat([first[:19], (first[19:] + second[:19]) / 2, second[19:]])
    found = predict(checkpoint, Labelled.of([{"words": words}], "tags"))
    np.testing.assert_allclose(found.probabilities, logits.softmax(-1).numpy(), atol=1e-5)


@pytest.mark.parametrize("name", ENCODERS)
def test_every_one_of_ten_thousand_words_has_a_tag(headed, name):
    checkpoint = headed(name, "tags")
    line = ["the", "cat", "нет", "犬", "nyumbani"] * 2000
    found = predict(checkpoint, Labelled.of([{"words": line}, {"words": ["a"]}], "tags"))
    assert [len(tags) for tags in found] == [10_000, 1]
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)


def test_labels_that_the_model_lacks_are_named(headed, caplog):
    """A score on them would only be low, and nobody would know why."""
    rows = [{"text": "a dog", "label": label} for label in ("x", "z", "q", None)]
    with caplog.at_level(logging.WARNING, "calque"):
        predict(headed("bert", "class"), Labelled.of(rows[:1], "class"))
        assert not caplog.records
        predict(headed("bert", "class"), Labelled.of(rows, "class"))
    assert caplog.messages == [
        "the model does not know these labels of the examples and can only be wrong there: q, z"
    ]
    caplog.clear()
    tagged = Labelled.of([{"words": ["a", "dog"], "tags": ["x", "B-NEW"]}], "tags")
    with caplog.at_level(logging.WARNING, "calque"):
        predict(headed("bert", "tags"), tagged)
    assert "wrong there: B-NEW" in caplog.text


def test_words_without_pieces_are_o_or_the_commonest_tag_and_counted(headed, caplog):
    rows = Labelled.of([{"words": ["\u200b", "the"]}, {"words": ["cat", "\ufeff"]}], "tags")
    with caplog.at_level(logging.WARNING, "calque"):
        found = predict(headed("bert", "tags"), rows)
    assert found[0][0] == found[1][1] == "O"
    assert "2 words without pieces are tagged O" in caplog.text
    np.testing.assert_array_equal(found.probabilities[[0, 3]], 0)
    checkpoint = headed("xlmr", "tags", ["A", "B"])
    model, _ = trained_head(checkpoint, "tags")
    with torch.no_grad():
        model.get_parameter("classifier.bias")[:] = torch.tensor([-99.0, 99.0])
    save(model, open_tokenizer(checkpoint), checkpoint.folder)
    assert predict(checkpoint, Labelled.of([{"words": ["the", ""]}], "tags"))[0] == ("B", "B")


def test_no_examples_give_no_predictions(headed):
    for task in ("class", "tags"):
        found = predict(headed("bert", task), Labelled.of([], task))
        assert len(found) == 0
        assert found.probabilities.shape == (0, 3)


def test_a_decoder_without_padding_piece_labels_too(headed):
    checkpoint = headed("gpt2", "class")
    found = predict(checkpoint, Labelled.of([{"text": text} for text in TEXTS], "class"))
    assert np.isfinite(found.probabilities).all()
    for text, row in zip(TEXTS, found.probabilities, strict=True):
        if text:  # of nothing it says something, but not the same in every version
            alone = predict(checkpoint, Labelled.of([{"text": text}], "class"))
            np.testing.assert_allclose(row, alone.probabilities[0], atol=1e-5)


@pytest.mark.parametrize("task", ["class", "tags"])
def test_chunks_change_nothing(headed, monkeypatch, task):
    rows = [{"text": text, "words": text.split()} for text in TEXTS]
    examples = Labelled.of(rows, task)
    whole = predict(headed("xlmr", task), examples)
    monkeypatch.setattr("calque.models.predicting._CHUNK", 4)
    parts = predict(headed("xlmr", task), examples)
    assert parts.labels == whole.labels
    np.testing.assert_allclose(parts.probabilities, whole.probabilities, atol=1e-5)


def test_mistakes_are_told(headed, tiny):
    one = Labelled.of([{"text": "a"}], "class")
    with pytest.raises(BadFile, match="no head for task 'class'"):
        predict(tiny("bert"), one)
    with pytest.raises(BadFile, match=r"no head for task 'class' \(found: tags\)"):
        predict(headed("bert", "tags"), one)
    with pytest.raises(BadValue, match="column 'text' has missing values"):
        predict(headed("bert", "class"), Labelled.of([{"text": None}], "class"))
    table = pa.table({"words": [["a"]], "tags": [["O"]], "label": ["c"]})
    with pytest.raises(BadSetting, match="cannot predict task 'slots'"):
        predict(headed("bert", "class"), Labelled(table, "slots"))
