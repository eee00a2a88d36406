"""Composed rows are the plain ones after folding; pieces are cut finer without losing a letter."""

import numpy as np
import pytest
import torch

from calque.errors import BadValue
from calque.models.batches import encode
from calque.models.composed import compose, finer_pieces, fold, read_finer
from calque.models.folder import open_model, open_tokenizer
from calque.models.tokens import vocabulary_of
from calque.vocabulary.grams import grams

TEXTS = ["the cat sees the dog", "", "Katze im Haus " * 30]


def test_folding_changes_no_answer(tiny):
    checkpoint = tiny("bert")
    model, tokenizer = open_model(checkpoint, "encoder"), open_tokenizer(checkpoint)
    vocabulary = vocabulary_of(tokenizer)
    composed = compose(model, grams(vocabulary, shortest=1, shared=1), vocabulary.pieces)
    with torch.no_grad():
        composed.grams.normal_(generator=torch.Generator().manual_seed(0))
        ids = torch.arange(12).reshape(2, 6)
        before = model(input_ids=ids).last_hidden_state
        fold(model, composed)
        assert isinstance(model.get_input_embeddings(), torch.nn.Embedding)
        torch.testing.assert_close(model(input_ids=ids).last_hidden_state, before)
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_a_gradient_reaches_the_grams_of_the_batch_alone(tiny):
    checkpoint = tiny("bert")
    model, tokenizer = open_model(checkpoint, "encoder"), open_tokenizer(checkpoint)
    vocabulary = vocabulary_of(tokenizer)
    spelling = grams(vocabulary, shortest=1, longest=2, shared=1)
    composed = compose(model, spelling, vocabulary.pieces)
    piece = next(k for k, known in enumerate(spelling.known) if known)
    composed(torch.tensor([[piece, piece]])).sum().backward()
    wanted = 2 * spelling.matrix[piece].toarray()[0]
    grad = composed.grams.grad
    assert grad is not None and composed.table.weight.grad is None
    np.testing.assert_allclose(grad[:, 0].numpy(), wanted, rtol=1e-6)


def test_finer_pieces_spell_the_same(tiny):
    for name in ("bert", "xlmr"):
        tokenizer = open_tokenizer(tiny(name))
        vocabulary = vocabulary_of(tokenizer)
        texts = vocabulary.spelled
        windows = encode(tokenizer, TEXTS, maximum=40, windows=False)
        finer = finer_pieces(vocabulary, windows)
        assert finer
        for piece, parts in finer.items():
            assert len(parts) > 1
            assert "".join(texts[k] for k in parts) == texts[piece]
        rows = np.array([2, 0, 1])
        cut = read_finer(windows, rows, finer, 1.0, np.random.default_rng(0))
        for place, row in enumerate(rows):
            ids = cut.ids[place]
            assert len(ids) <= windows.maximum
            assert len(ids) == len(cut.words[place])
            assert "".join(texts[k] for k in ids) == "".join(texts[k] for k in windows.ids[row])
        assert len(cut.ids[1]) > len(windows.ids[0])
        same = read_finer(windows, rows, finer, 0.0, np.random.default_rng(0))
        np.testing.assert_array_equal(same.ids[0], windows.ids[2])


def test_tables_that_scale_their_rows_are_refused(tiny):
    class Scaled(torch.nn.Embedding):
        pass

    model = open_model(tiny("bert"), "encoder")
    vocabulary = vocabulary_of(open_tokenizer(tiny("bert")))
    model.set_input_embeddings(Scaled(len(vocabulary), 32))
    with pytest.raises(BadValue, match="Scaled"):
        compose(model, grams(vocabulary, shared=1), vocabulary.pieces)
