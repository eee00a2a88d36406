"""Windows on disk are the windows in memory."""

import numpy as np
import pytest
import torch

from calque.models import corpus
from calque.models.batches import aligned, collate, encode
from calque.models.folder import open_tokenizer
from calque.values import Texts


@pytest.mark.parametrize("chunk", [2, 100])
def test_equal_to_windows_in_memory(tiny, monkeypatch, chunk):
    monkeypatch.setattr(corpus, "_CHUNK", chunk)
    tokenizer = open_tokenizer(tiny("bert"))
    texts = ["the cat", "", "one two three " * 30, "\u200b", "собаку", "dog"]
    found = corpus.encode_corpus(tokenizer, Texts.of(texts), maximum=16)
    whole = encode(tokenizer, texts, maximum=16)
    kept = [number for number, words in enumerate(whole.words) if (words >= 0).any()]
    assert len(kept) == len(found) < len(whole)
    np.testing.assert_array_equal(found.owner, whole.owner[kept])
    np.testing.assert_array_equal(found.start, whole.start[kept])
    np.testing.assert_array_equal(found.lengths, whole.lengths[kept])
    rows = [0, len(found) - 1, 2]
    batch, expected = collate(found, rows), collate(whole, [kept[row] for row in rows])
    for name in batch:
        assert torch.equal(batch[name], expected[name])
    words = aligned(whole, [kept[row] for row in rows], whole.words, fill=-1)
    assert torch.equal(aligned(found, rows, found.words, fill=-1), words)
    np.testing.assert_array_equal(found.ids[-1], whole.ids[kept[-1]])
    with pytest.raises(IndexError):
        found.ids[len(found)]


def test_nothing(tiny):
    tokenizer = open_tokenizer(tiny("bert"))
    for texts in ([], [""]):
        assert len(corpus.encode_corpus(tokenizer, Texts.of(texts), maximum=16)) == 0
