"""Recurrent and convolutional readers: what they see, what padding does, what they learn and forget."""

import numpy as np
import pytest
import torch

from calque.errors import BadSetting, BadValue
from calque.evaluation.accuracy import accuracy
from calque.evaluation.forgetting import forgetting
from calque.models.convolutional import convolutional
from calque.models.folder import open_model
from calque.models.predict import predict
from calque.models.recurrent import recurrent
from calque.models.tune import tune
from calque.values import Labelled, Score, Texts, Vocabulary
from calque.vocabulary.bytes import bytes as byte_pieces
from calque.vocabulary.words import words
from calque.workspace import working_in

KINDS = {"recurrent": recurrent, "convolutional": convolutional}
FAST = {"learning_rate": 2e-2, "batch_size": 8}


def classes(count=48, seed=0):
    """The label is named by one word among fillers."""
    generator, rows = np.random.default_rng(seed), []
    for number in range(count):
        label, key = [("pet", "cat"), ("water", "river"), ("place", "house")][number % 3]
        fillers = generator.choice(["a", "one", "sees", "home", "five"], size=4)
        rows.append({"text": " ".join([*fillers[:2], key, *fillers[2:]]), "label": label})
    return Labelled.of(rows, "class", "eng")


def tags(count=48, seed=0):
    """What follows the small is an entity, whatever it is."""
    generator, rows = np.random.default_rng(seed), []
    for _ in range(count):
        texts = list(generator.choice(["cat", "one", "sees", "home", "five"], size=5))
        texts.insert(int(generator.integers(4)), "small")
        after = [False, *(word == "small" for word in texts[:-1])]
        rows.append({"words": texts, "tags": ["B-A" if is_after else "O" for is_after in after]})
    return Labelled.of(rows, "tags", "eng")


def right(checkpoint, examples):
    made = predict(checkpoint, examples).labels
    pairs = list(zip(made, examples.gold, strict=True))
    if examples.task == "tags":
        pairs = [cell for row, gold in pairs for cell in zip(row, gold, strict=True)]
    return np.mean([one == other for one, other in pairs])


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def known(*examples):
    lines = [row.get("text") or " ".join(row["words"]) for some in examples for row in some]
    return words(Texts.of(lines), shared=1000)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [classes, tags])
def test_it_learns_planted_labels(kind, make):
    start = KINDS[kind](known(make(60, seed=1), make()), width=32)
    tuned = tune(start, make(), epochs=14, **FAST)
    assert right(tuned, make(60, seed=1)) > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_what_fills_a_batch_changes_nothing(kind):
    model = open_model(KINDS[kind](byte_pieces(), width=16), "encoder")
    texts = [torch.randint(5, 261, (length,), generator=torch.Generator().manual_seed(length)) for length in (1, 4, 9)]  # fmt: skip
    ids = torch.full((3, 9), 7)
    mask = torch.zeros(3, 9, dtype=torch.long)
    for row, text in enumerate(texts):
        ids[row, : len(text)], mask[row, : len(text)] = text, 1
    with torch.inference_mode():
        together = model(input_ids=ids, attention_mask=mask).last_hidden_state
        for row, text in enumerate(texts):
            alone = model(input_ids=text[None]).last_hidden_state[0]
            torch.testing.assert_close(together[row, : len(text)], alone, rtol=1e-5, atol=1e-6)
            assert not together[row, len(text) :].any()


def test_filters_see_their_neighbors_and_no_more():
    model = open_model(convolutional(byte_pieces(), width=40, windows=(1, 3)), "encoder")
    ids = torch.arange(10, 19)[None]
    other = ids.clone()
    other[0, 4] = 99
    with torch.inference_mode():
        one, two = (model(input_ids=given).last_hidden_state[0] for given in (ids, other))
        row = model.embeddings.weight[ids[0]]
    changed = (one != two).numpy()
    assert not changed[[0, 1, 2, 6, 7, 8]].any() and changed[4].any()
    assert (
        not changed[[3, 5], :20].any() and changed[[3, 5], 20:].any()
    )  # half of them see one piece
    filters = model.filters[1]
    by_hand = torch.einsum("jd,fdj->f", row[2:5], filters.weight) + filters.bias
    torch.testing.assert_close(one[3, 20:], by_hand.relu(), rtol=1e-5, atol=1e-6)


def test_a_recurrence_reads_both_ways():
    model = open_model(recurrent(byte_pieces(), width=8), "encoder")
    ids = torch.arange(10, 19)[None]
    first, last = ids.clone(), ids.clone()
    first[0, 0], last[0, -1] = 99, 99
    with torch.inference_mode():
        plain, early, late = (model(input_ids=i).last_hidden_state[0] for i in (ids, first, last))
    assert (plain[-1] != early[-1]).any() and torch.equal(plain[:-1, :4], late[:-1, :4])
    assert (plain[0] != late[0]).any() and torch.equal(plain[1:, 4:], early[1:, 4:])


def test_forgetting_is_what_was_known_before_less_what_is_known_after():
    """The relative calls everything otherwise, so that who learns it answers wrongly at home."""
    turn = {"pet": "water", "water": "place", "place": "pet"}
    home = classes()
    there = Labelled.of([row | {"label": turn[row["label"]]} for row in home], "class", "swh")
    start = recurrent(known(home), width=32)
    learned = tune(start, home, epochs=14, **FAST)
    went_on = tune(learned, there, epochs=14, **FAST)
    asked = [(learned, there), (went_on, there), (learned, home), (went_on, home)]
    scores = [[accuracy(predict(model, some), some.gold)] for model, some in asked]
    row = forgetting(*scores, names=["bigru"]).rows[0]
    assert row["source"] > 0.95 and row["target"] < 0.05 and row["target_after"] > 0.95
    assert row["forgotten"] == row["source"] - row["source_after"] > 0.9
    assert row["gain"] == row["target_after"] - row["target"] and row["n"] == len(there)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_of_nothing_and_of_every_script(kind):
    tuned = tune(KINDS[kind](byte_pieces(), width=16, longest=20), classes(12), epochs=1)
    rows = ["", "   ", "قطة صغيرة", "🐈" * 40, "a" * 300]
    made = predict(tuned, Labelled.of([{"text": text, "label": "pet"} for text in rows], "class"))
    assert len(made.labels) == 5 and np.isfinite(made.probabilities).all()


def test_what_cannot_be_is_told():
    with pytest.raises(BadSetting, match="width must be even"):
        recurrent(byte_pieces(), width=7)
    with pytest.raises(BadSetting, match="no more than width"):
        convolutional(byte_pieces(), width=2)
    bare = Vocabulary(byte_pieces().tokenizer, {"unk": "[UNK]"})
    with pytest.raises(BadValue, match="no piece for pad"):
        recurrent(bare)
    with pytest.raises(BadValue, match="1, 1, 1, 0 scores for 1 names"):
        forgetting(*[[Score("accuracy", 1.0)]] * 3, [], names=["a"])
