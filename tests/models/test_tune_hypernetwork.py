"""The network's training: what the body reads, what is learned, what stays as it was."""

import functools

import numpy as np
import pytest
import torch
from causal_models import causal
from scipy import sparse

from calque.errors import BadSetting, BadValue
from calque.models.batches import aligned, collate, encode
from calque.models.bits_per_character import bits_per_character
from calque.models.causal import piece_before, read_causal
from calque.models.drawn import Drawn
from calque.models.folder import open_model, open_tokenizer
from calque.models.guessing import guess, hiding
from calque.models.hypernet import LONGEST, Hypernet, read, write
from calque.models.learning_rows import LearningRows, continuing, guessing
from calque.models.masked import masked
from calque.models.predict_rows import predict_rows
from calque.models.swap import swap
from calque.models.tune_causal import tune_causal
from calque.models.tune_hypernetwork import tune_hypernetwork
from calque.models.vocabulary import vocabulary
from calque.models.vocabulary_rows import tables_of
from calque.objectives.random_mask import random_mask
from calque.values import Mixture, Texts
from calque.vocabulary.surface import surface
from calque.vocabulary.train import train as train_vocabulary
from calque.workspace import fresh, working_in

CAUSAL = ["gpt2", "llama"]
MASKED = ["bert", "untied", "xlmr", "distilbert", "deberta", "modernbert"]
half = functools.partial(random_mask, share=0.5)
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


@pytest.fixture
def lines(drawn):
    return Texts.of([*drawn(120).sources, "", "\u200b", "x"], "eng")


def nothing(old, new):
    """A mixture that knows no piece."""
    return Mixture(sparse.csr_matrix((len(new), len(old))), new.pieces, old.pieces)


@pytest.mark.parametrize("name", MASKED)
def test_a_body_that_reads_its_own_rows_guesses_as_ever(tiny, name):
    checkpoint = tiny(name, "masked")
    model, tokenizer = open_model(checkpoint, "masked"), open_tokenizer(checkpoint)
    windows = encode(tokenizer, ["the cat sees the dog", "one two"], maximum=40)
    inputs = collate(windows, [0, 1])
    inputs.pop("token_type_ids", None)
    places = torch.tensor([1, 3, inputs["input_ids"].shape[1] + 2])
    targets = inputs["input_ids"].flatten()[places]
    tables = tables_of(model, len(tokenizer))
    network = Hypernet(
        tables.inputs.shape[1],
        0 if tables.outputs is None else tables.outputs.shape[1],
        tables.bias is not None,
        True,
        32,
    )
    own = torch.arange(len(tokenizer))
    batch = {
        "local": inputs["input_ids"], "mask": inputs["attention_mask"], "places": places,
        "targets": targets, "forms": own[:, None], "copied": torch.full_like(own, -1),
        "stands": torch.zeros(len(own)),
    }  # fmt: skip
    with torch.inference_mode():
        logits = guess(model, inputs, places)[:, : len(own)]
        expected = torch.nn.functional.cross_entropy(logits, targets)
        found = guessing(LearningRows(model, network, tables, True), batch)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    assert (tables.outputs is None) == (name != "untied")


@pytest.mark.parametrize("name", ["bert", "xlmr", "modernbert"])
def test_batches_cut_the_same_texts_otherwise(tiny, lines, name):
    tokenizer = open_tokenizer(tiny(name, "masked"))
    texts = [text for text in lines if text.strip()]
    common = {"size": 200, "longest": LONGEST, "maximum": 40, "seed": 0}
    drawn = Drawn(tokenizer, texts, masker=half, **common)
    rows = np.arange(20)
    first, again, other = (drawn.batch(rows, np.random.default_rng(k)) for k in (0, 0, 1))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert len(drawn.pool) == 2
    for batch in (first, other):
        forms, copied = batch["forms"], batch["copied"]
        assert batch["local"].max() < len(forms) and batch["targets"].max() < len(forms)
        assert ((forms[:, 0] >= 0) | (copied >= 0)).all()  # each has a row from somewhere
        first_pieces = copied[batch["local"][:, 0]]
        assert (first_pieces == tokenizer.cls_token_id).all()
        masks = copied[batch["local"].flatten()[batch["places"]]]
        assert 0.6 < (masks == tokenizer.mask_token_id).float().mean() <= 1
        assert (copied[batch["targets"]] != tokenizer.mask_token_id).all()
        # together they stand for all pieces of a tokenizer
        sizes = [len(one.copied) for one in drawn.pool.values()]
        assert any(abs(batch["stands"].exp().sum() - size) < 0.1 for size in sizes)
        several = (forms >= 0).sum(dim=1) > 1
        assert several.float().mean() > 0.2
    with_vectors = Drawn(tokenizer, texts, masker=None, **common).batch(
        rows, np.random.default_rng(0)
    )
    assert len(with_vectors["old"]["input_ids"]) == len(with_vectors["local"]) == len(rows)


@pytest.mark.parametrize("name", CAUSAL)
def test_a_causal_body_that_reads_its_own_rows_continues_as_ever(tiny, name):
    checkpoint = tiny(name, "causal") if name == "gpt2" else causal(name)
    model, tokenizer = open_model(checkpoint, "causal"), open_tokenizer(checkpoint)
    texts = Texts.of(["the cat sees the dog", "one two"], "eng")
    reading = read_causal(tokenizer, model, texts, ends=False, where="test")
    batch = reading.batch(np.arange(2))
    tables = tables_of(model, len(tokenizer))
    outputs = 0 if tables.outputs is None else tables.outputs.shape[1]
    network = Hypernet(tables.inputs.shape[1], outputs, tables.bias is not None, True, 32)
    own = torch.arange(len(tokenizer))
    with torch.inference_mode():
        inputs = {key: batch[key] for key in ("input_ids", "attention_mask")}
        logits = model(**inputs).logits[..., : len(own)]  # without rows that only fill up
        expected = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), batch["targets"].flatten()
        )
        found = continuing(
            LearningRows(model, network, tables, True),
            {
                "local": batch["input_ids"],
                "mask": batch["attention_mask"],
                "targets": batch["targets"],
                "forms": own[:, None],
                "copied": torch.full_like(own, -1),
                "stands": torch.zeros(len(own)),
            },
        )
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CAUSAL)
def test_a_causal_batch_asks_for_every_next_piece(tiny, lines, name):
    tokenizer = open_tokenizer(tiny(name, "causal") if name == "gpt2" else causal(name))
    texts = [text for text in lines if text.strip()]
    drawn = Drawn(
        tokenizer, texts, size=200, longest=LONGEST, masker=None, causal=True, maximum=39, seed=0
    )
    batch = drawn.batch(np.arange(20), np.random.default_rng(0))
    local, mask, targets = batch["local"], batch["mask"].bool(), batch["targets"]
    assert local.shape[1] <= 40 and len(batch["forms"]) > local.max()
    following = mask[:, 1:]
    torch.testing.assert_close(targets[:, :-1][following], local[:, 1:][following])
    assert (targets[:, :-1][~following] == -100).all() and (targets[:, -1] == -100).all()
    assert (batch["copied"][local[:, 0]] == piece_before(tokenizer, "test")).all()


@pytest.mark.parametrize("beyond", [True, False])
@pytest.mark.parametrize("name", ["bert", "untied", "xlmr", "modernbert"])
def test_what_was_learned_serves_any_vocabulary(tiny, lines, name, beyond):
    checkpoint = tiny(name, "masked")
    before = checkpoint.fingerprint()
    found = tune_hypernetwork(
        checkpoint, lines, masker=half, steps=2, pieces=120, beyond=beyond, learning_rate=1e-2
    )
    again = tune_hypernetwork(
        checkpoint, lines, masker=half, steps=2, pieces=120, beyond=beyond, learning_rate=1e-2
    )
    assert checkpoint.fingerprint() == before
    assert found.fingerprint() == again.fingerprint()
    old, new = vocabulary(checkpoint), train_vocabulary(lines, size=300)
    rows = predict_rows(checkpoint, new, found)
    assert rows.known.sum() > 0.5 * len(new)
    assert (rows.outputs is None) == (name != "untied")
    known = surface(old, new)
    swapped = swap(checkpoint, new, known, rows=rows)
    tables = tables_of(open_model(swapped, "masked"), len(new))
    made = rows.known & ~known.known
    np.testing.assert_array_equal(tables.inputs.numpy()[made], rows.inputs[made])
    if rows.outputs is not None:
        np.testing.assert_array_equal(tables.outputs.numpy()[made], rows.outputs[made])
        assert np.abs(rows.outputs - rows.inputs).max() > 0.01
    np.testing.assert_array_equal(tables.bias.numpy()[made], rows.bias[made])
    kept = tables_of(open_model(checkpoint, "masked"), len(old))
    origins = known.matrix.indices
    np.testing.assert_array_equal(tables.inputs.numpy()[known.known], kept.inputs.numpy()[origins])


@pytest.mark.parametrize("name", ["bert", "untied", "xlmr", "modernbert"])
def test_its_own_tokenizer_gives_the_model_itself(tiny, lines, name):
    checkpoint = tiny(name, "masked")
    network = tune_hypernetwork(
        checkpoint, lines, masker=half, steps=2, pieces=120, learning_rate=1e-2
    )
    old = vocabulary(checkpoint)
    rows = predict_rows(checkpoint, old, network)
    tables = tables_of(open_model(checkpoint, "masked"), len(old))
    np.testing.assert_allclose(
        rows.inputs[rows.known], tables.inputs.numpy()[rows.known], rtol=1e-6
    )
    np.testing.assert_allclose(rows.bias[rows.known], tables.bias.numpy()[rows.known], rtol=1e-6)
    encoded = open_tokenizer(checkpoint)(
        ["the cat sees the dog", "犬 one"], padding=True, return_tensors="pt"
    )
    for mixture in (nothing(old, old), surface(old, old)):
        swapped = swap(checkpoint, old, mixture, rows=rows)
        with torch.inference_mode():
            one, other = (open_model(c, "masked")(**encoded).logits for c in (checkpoint, swapped))
        torch.testing.assert_close(other, one, rtol=1e-5, atol=1e-5)


def lost(checkpoint, lines):
    """Mean loss of every second piece, hidden from the body; the same ones for the same tokenizer."""
    model, tokenizer = open_model(checkpoint, "masked"), open_tokenizer(checkpoint)
    windows = encode(tokenizer, list(lines), maximum=40)
    inputs = collate(windows, np.arange(len(windows)))
    words = aligned(windows, np.arange(len(windows)), windows.words, fill=-1).numpy()
    hidden = hiding(tokenizer, half, "test").batch(inputs, words, np.random.default_rng(0))
    with torch.inference_mode():
        logits = guess(model, hidden["inputs"], hidden["places"])
        return float(torch.nn.functional.cross_entropy(logits, hidden["targets"]))


def test_right_after_the_swap_it_guesses_better_than_with_heuristics(tiny, drawn, lines):
    checkpoint = tiny("bert", "masked")
    other = masked(checkpoint, lines, masker=half, learning_rate=1e-2)  # its rows have moved
    old, new = vocabulary(checkpoint), train_vocabulary(lines, size=300)
    network = tune_hypernetwork(
        checkpoint, lines, masker=half, steps=40, pieces=250, learning_rate=5e-3
    )
    begun = read(network)
    begun.begin(
        tables_of(open_model(checkpoint, "masked"), len(old)).both, torch.zeros(1, 1).long()
    )
    means = write(begun, fresh("means"))
    known = surface(old, new)
    assert (~known.known).sum() > 20
    unseen = drawn(200).targets
    for body in (checkpoint, other):
        by = [predict_rows(body, new, made) for made in (network, means)]
        rows = [swap(body, new, known, rows=some, noise=1.0) for some in (*by, None)]
        learned, averaged, random = (lost(swapped, unseen) for swapped in rows)
        assert learned < averaged - 0.1 and learned < random - 0.1, (learned, averaged, random)


def test_right_after_the_swap_a_causal_model_needs_fewer_bits(tiny, drawn, lines):
    start = tiny("gpt2", "causal")
    checkpoint = tune_causal(start, lines, epochs=10, learning_rate=5e-3, tokens=512)
    old, new = vocabulary(checkpoint), train_vocabulary(lines, size=300)
    network = tune_hypernetwork(checkpoint, lines, steps=40, pieces=250, learning_rate=5e-3)
    known, unseen = surface(old, new), drawn(200).targets
    learned = swap(checkpoint, new, known, rows=predict_rows(checkpoint, new, network))
    found, mean, random = (
        bits_per_character(made, unseen, boot=1).rows[0]["bits_per_character"]
        for made in (learned, swap(checkpoint, new, known), swap(checkpoint, new, known, noise=1.0))
    )
    assert found < min(mean, random) - 0.3, (found, mean, random)


def test_what_cannot_be_is_said(tiny, lines):
    with pytest.raises(BadValue, match="kind 'encoder'"):
        tune_hypernetwork(tiny("bert"), lines, masker=half)
    with pytest.raises(BadValue, match="kind 'causal'"):
        tune_hypernetwork(tiny("gpt2", "causal"), lines, masker=half)
    with pytest.raises(BadValue, match="texts are empty"):
        tune_hypernetwork(tiny("bert"), Texts.of([" ", ""], "eng"))
    with pytest.raises(BadSetting, match="at least 1"):
        tune_hypernetwork(tiny("bert"), lines, steps=0)
    network = tune_hypernetwork(tiny("bert"), lines, steps=1, pieces=100)
    masked, new = tiny("untied", "masked"), train_vocabulary(lines, size=300)
    with pytest.raises(BadValue, match="trained for another one"):
        predict_rows(masked, new, network)
    rows = predict_rows(tiny("bert"), new, network)
    old = vocabulary(masked)
    with pytest.raises(BadValue, match="rows are those of another vocabulary"):
        swap(masked, old, surface(old, old), rows=rows)
    with pytest.raises(BadValue, match="those given are none"):
        swap(masked, new, surface(old, new), rows=rows)
