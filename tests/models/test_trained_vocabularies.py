"""Tokenizers of all trained kinds in models of several types, as transformers loads them."""

import pytest

from calque.commons import sentences
from calque.models.folder import open_tokenizer
from calque.models.swap import swap
from calque.models.vocabulary import vocabulary as read
from calque.values import Texts
from calque.vocabulary.byte_pairs import byte_pairs
from calque.vocabulary.surface import surface
from calque.vocabulary.train import train
from calque.vocabulary.unigram import unigram
from calque.workspace import working_in

TEXTS = Texts.of([one.text for one in sentences("swh", "train")][:120])
MADE = {part.__name__: part(TEXTS, size=400) for part in (train, unigram, byte_pairs)}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize(
    ("name", "head"), [("bert", "masked"), ("xlmr", "masked"), ("gpt2", "causal")]
)
def test_the_tokenizer_loads_and_cuts_as_it_did(tiny, tmp_path, kind, name, head):
    old, new = tiny(name, head), MADE[kind]
    with working_in(tmp_path):
        made = swap(old, new, surface(read(old), new))
    tokenizer = open_tokenizer(made)
    for text in TEXTS.take(range(5)):
        inner = tokenizer(text, add_special_tokens=False)["input_ids"]
        assert inner == new.fast.encode(text, add_special_tokens=False).ids
        assert tokenizer.decode(inner) == new.fast.decode(inner)
    assert read(made).pieces == new.pieces
