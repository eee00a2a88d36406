"""Words read from their bytes."""

import functools
import json
import logging

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from calque.errors import BadFile, BadSetting, BadValue
from calque.models import wordwise
from calque.models.byte2word import byte2word
from calque.models.byte2word_masked import byte2word_masked
from calque.models.byte2word_predict import byte2word_predict
from calque.models.byte2word_tune import byte2word_tune
from calque.models.predict import predict
from calque.models.wordwise import NOTHING, PARTS, Byte2Word, ByteWords, open_words, pieces_of, read
from calque.objectives.random_mask import random_mask
from calque.synthetic.labelled import labelled
from calque.values import Labelled, Texts
from calque.vocabulary.train import train as wordpieces
from calque.workspace import working_in

LINES = [
    "the cat sees the dog",
    "der Hund sieht die Katze",
    "小さい犬は家で猫を見る",
    "",
    "кошка " * 40,
]


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


@pytest.fixture(scope="module")
def pieces():
    return wordpieces(Texts.of(LINES), size=200)


@pytest.fixture
def untrained(pieces):
    return byte2word(pieces, width=32, layers=1, longest=16)


def states(model, lexicon, rows, noise=None):
    ids = lexicon.padded(rows)
    if noise:  # further padding behind the words and behind the bytes of each
        ids = np.pad(ids, ((0, 0), (0, noise)), constant_values=-1)
    batch = lexicon.batch(ids)
    if noise:
        batch["words"] = torch.nn.functional.pad(batch["words"], (0, noise), value=NOTHING)
    with torch.inference_mode():
        return model.states(batch)


def test_padding_is_never_read(untrained):
    model, _ = open_words(untrained)
    lexicon = read(LINES, 11)
    alone = [states(model, lexicon, [row])[0] for row in range(len(lexicon.texts))]
    together = states(model, lexicon, range(len(lexicon.texts)), noise=5)
    with torch.no_grad():  # whatever padding looks like
        model.front.bytes.weight[NOTHING] = 1e4
    spoiled = states(model, lexicon, range(len(lexicon.texts)), noise=5)
    for row, expected in enumerate(alone):
        assert torch.isfinite(expected).all() and len(expected) == len(lexicon.texts[row])
        torch.testing.assert_close(together[row, : len(expected)], expected, atol=2e-6, rtol=1e-5)
        torch.testing.assert_close(spoiled[row, : len(expected)], expected, atol=2e-6, rtol=1e-5)


def test_what_a_word_is_made_of_decides_its_vector_and_nothing_else(untrained):
    model, _ = open_words(untrained)
    lexicon = read(["dog cat dog", "god dogs dog do"], 16)
    assert lexicon.names[2:] == ["dog", "cat", "god", "dogs", "do"]
    with torch.inference_mode():
        batch = lexicon.batch(lexicon.padded([0, 1]))
        found = model.front(batch["words"])[batch["index"]]
        assert torch.equal(found[0, 1], found[0, 3]) and torch.equal(found[0, 1], found[1, 3])
        # the same bytes in another order, and a beginning of the word, are other words
        for other in (found[0, 2], found[1, 1], found[1, 2], found[1, 4]):
            assert (found[0, 1] - other).abs().max() > 1e-2
        one_by_one = torch.cat([model.front(row[row != NOTHING][None]) for row in batch["words"]])
        torch.testing.assert_close(one_by_one, model.front(batch["words"]), atol=1e-6, rtol=1e-5)


def test_a_byte_of_another_word_changes_no_vector(untrained):
    model, _ = open_words(untrained)
    table = torch.tensor([[100, 111, 103, NOTHING], [99, 97, 116, 115]])
    other = table.clone()
    other[1] = torch.tensor([1, 2, NOTHING, NOTHING])
    with torch.inference_mode():
        assert torch.equal(model.front(table)[0], model.front(other)[0])


def test_a_tenth_of_the_parameters_of_a_table_of_pieces():
    # BERT base: 30,522 pieces of width 768
    with torch.device("meta"):
        front = ByteWords(768)
        whole = Byte2Word({"width": 768, "layers": 1, "longest": 512, "pieces": 30522})
    size = sum(parameter.numel() for parameter in front.parameters())
    assert 0.05 < size / (30522 * 768) <= 0.1
    # what is read from text has no other table: the rows that guess are a head
    tables = [m.weight.shape for n, m in whole.named_modules() if isinstance(m, torch.nn.Embedding) and "body" not in n]  # fmt: skip
    assert max(rows for rows, _ in tables) == 259


def test_texts_become_windows_of_words_and_words_bytes(caplog):
    caplog.set_level(logging.WARNING)
    lexicon = read(["a b c d e", "", "é " + "x" * 70], 4)
    assert lexicon.owner.tolist() == [0, 0, 1, 2]
    assert [row.tolist() for row in lexicon.texts] == [[0, 2, 3, 4], [0, 5, 6], [0], [0, 7, 8]]
    assert lexicon.words[7].tolist() == list("é".encode()) and len(lexicon.words[8]) == 64
    assert "1 words are longer than 64 bytes" in caplog.text


def test_hidden_words_are_guessed_in_their_first_pieces(pieces):
    lexicon = read(LINES, 16)
    found = pieces_of(lexicon, pieces)
    assert found.shape == (len(lexicon.words), PARTS) and (found[:2] == -100).all()
    for name, row in zip(lexicon.names[2:], found[2:], strict=True):
        ids = pieces.encode_words([[name]])[0][0][:PARTS]
        assert row.tolist() == ids + [-100] * (PARTS - len(ids))
    ids = lexicon.padded(range(len(lexicon.texts)))
    spoiled, targets = lexicon.hidden(ids, random_mask, seed=0)
    assert (targets[ids < 2] == -100).all() and (spoiled[ids < 2] == ids[ids < 2]).all()
    chosen = targets != -100
    assert chosen.any() and (targets[chosen] == ids[chosen]).all()


def test_guessing_is_learned(untrained):
    # one of two words follows from its neighbor
    texts = Texts.of(["the cat", "der Hund"] * 20)
    half, losses = functools.partial(random_mask, share=0.5), {}
    for epochs in (1, 30):
        model, vocabulary = open_words(
            byte2word_masked(
                untrained, texts, masker=half, epochs=epochs, learning_rate=5e-3, batch_size=8
            )
        )
        lexicon = read(["the cat", "der Hund"], 16)
        ids = lexicon.padded([0, 1])
        wanted = pieces_of(lexicon, vocabulary)[ids[:, 2]]
        ids[:, 2] = 1
        batch = lexicon.batch(ids) | {"places": torch.tensor([2, 5]), "targets": torch.tensor(wanted)}  # fmt: skip
        with torch.inference_mode():
            asked = batch["targets"][batch["targets"] != -100]
            losses[epochs] = torch.nn.functional.cross_entropy(model.guesses(batch), asked).item()
    assert losses[30] < 0.3 < 1 < losses[1]


def test_a_task_is_learned_and_the_folder_keeps_it(untrained):
    made = labelled(task="topic", family="topics=2 concepts=100 sharpness=1", n=300, seed=1)
    learned = byte2word_tune(untrained, made.take(range(240)), epochs=8, learning_rate=3e-3)
    found = byte2word_predict(learned, made.take(range(240, 300)))
    gold = list(made.take(range(240, 300)).gold)
    assert found.classes == made.labels
    assert sum(a == b for a, b in zip(found.labels, gold, strict=True)) >= 48
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    again = byte2word_tune(untrained, made.take(range(240)), epochs=8, learning_rate=3e-3)
    assert again.fingerprint() == learned.fingerprint()
    # what guesses pieces stays as it was; a head for the same labels is gone on from
    before, after = load_file(untrained.weights[0]), load_file(learned.weights[0])
    assert torch.equal(before["pieces.weight"], after["pieces.weight"])
    assert not torch.equal(before["front.bytes.weight"], after["front.bytes.weight"])
    model, _ = open_words(learned, id2label={"0": "x", "1": "y"})
    assert not torch.equal(model.classifier.weight, after["classifier.weight"])


def test_of_pairs_either_side_counts_and_the_longer_loses_its_end(untrained, caplog):
    sides = [("x", "z"), ("y", "z"), ("z", "x"), ("z", "y")]
    rows = [{"text": a, "text_b": b, "label": min(a, b)} for a, b in sides]
    pairs = Labelled.of(rows, "pair", "und")
    learned = byte2word_tune(untrained, pairs, epochs=40, learning_rate=3e-3)
    assert list(byte2word_predict(learned, pairs).labels) == list(pairs.gold)
    with pytest.raises(BadSetting, match=r"task 'class'; .* was tuned for 'pair'"):
        byte2word_predict(learned, Labelled.of([{"text": "x", "label": "x"}], "class", "und"))
    lexicon = read(["a b c d e", "a", ""], 7, ["a b", "b a b a b a", ""])
    assert [row.tolist() for row in lexicon.texts] == [[0, 2, 3, 4, 0, 2, 3], [0, 2, 0, 3, 2, 3, 2], [0, 0]]  # fmt: skip
    assert lexicon.batch(lexicon.padded([1, 2]))["types"].tolist()[0] == [0, 0, 1, 1, 1, 1, 1]
    assert "2 pairs have over 5 words" in caplog.text


def test_odd_texts_have_labels_too(untrained):
    rows = [{"text": text, "label": label} for text, label in zip(LINES, "abaab", strict=True)]
    rows += [{"text": "\u200b \u202e שלום\x00", "label": "a"}]
    examples = Labelled.of(rows, "class", "und")
    learned = byte2word_tune(untrained, examples, epochs=1)
    found = byte2word_predict(learned, examples)
    assert len(found) == 6 and np.isfinite(found.probabilities).all()
    assert len(byte2word_predict(learned, examples.take([]))) == 0


def test_what_will_not_do(untrained, pieces, tiny):
    with pytest.raises(BadSetting, match="multiple of 32"):
        byte2word(pieces, width=40)
    with pytest.raises(BadFile, match="not of calque-byte2word"):
        open_words(tiny("bert"))
    examples = Labelled.of([{"text": "a", "label": "x"}], "class", "und")
    with pytest.raises(BadFile, match="no head"):
        byte2word_predict(untrained, examples)
    with pytest.raises(BadValue, match="1 label"):
        byte2word_tune(untrained, examples)
    with pytest.raises(BadValue, match="no text has a word"):
        byte2word_masked(untrained, Texts.of(["", " "]), masker=random_mask)
    with pytest.raises(BadFile, match="cannot be loaded"):  # it is none of transformers
        predict_any(untrained, examples)
    weights = load_file(untrained.weights[0])
    assert set(weights) and json.loads((untrained.folder / "config.json").read_text())["pieces"]
    assert untrained.config["model_type"] == wordwise.TYPE


def predict_any(checkpoint, examples):
    (checkpoint.folder / "tokenizer.json").write_text("{}")
    config = json.loads((checkpoint.folder / "config.json").read_text())
    config |= {"id2label": {"0": "x", "1": "y"}, "calque_task": "class"}
    (checkpoint.folder / "config.json").write_text(json.dumps(config))
    return predict(type(checkpoint)(checkpoint.folder), examples)
