"""New vocabularies of causal models: tied and untied outputs, a bias, rows that only fill up."""

import pytest
import torch
from causal_models import FAMILIES, FILL, causal
from safetensors.torch import load_file
from small_tokenizers import sentencepiece

from calque.models.folder import open_model, open_tokenizer
from calque.models.swap import swap
from calque.models.tune_causal import tune_causal
from calque.models.vocabulary import vocabulary
from calque.values import Texts
from calque.vocabulary.aligned import aligned
from calque.vocabulary.merge_rules import merge_rules
from calque.vocabulary.merges import merges
from calque.vocabulary.surface import surface

MORE = ["t h", "th e", "▁ the", "c a", "▁ ca", "▁ca t", "▁cat s", "s o"]
NEW = sentencepiece(MORE, "acehtosd", fallback=True, bos=True)
TEXTS = Texts.of(["the cats", "so the cat"])


def logits(checkpoint, ids):
    with torch.inference_mode():
        return open_model(checkpoint, "causal")(torch.tensor([ids])).logits[0]


@pytest.mark.parametrize("name", FAMILIES)
def test_rows_of_input_output_and_bias_are_mixed(name):
    old = causal(name)
    words = vocabulary(old)
    mixture = merges(words, NEW)
    new = swap(old, NEW, mixture)
    before, after = load_file(old.weights[0]), load_file(new.weights[0])
    tables = {key for key, tensor in before.items() if len(tensor) == len(words) + FILL}
    assert len(tables) == {"llama": 2, "qwen": 2, "phi": 3}.get(name, 1)
    for key, tensor in before.items():
        if key not in tables:
            assert torch.equal(tensor, after[key]), key
            continue
        wanted = mixture.apply(tensor[: len(words)].numpy())
        assert torch.equal(after[key], torch.from_numpy(wanted)), key
    assert new.config["vocab_size"] == len(NEW)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("mixer", [surface, merges, merge_rules])
def test_old_pieces_keep_what_they_say(name, mixer):
    """Text of old pieces alone gets the same logits for old pieces, whatever was added."""
    old = causal(name)
    words = vocabulary(old)
    new = swap(old, NEW, mixer(words, NEW))
    kept = [k for k, piece in enumerate(words.pieces) if piece in NEW.pieces]
    moved = [NEW.pieces.index(words.pieces[k]) for k in kept]
    ids = words.fast.encode("dode").ids
    theirs = [NEW.pieces.index(words.pieces[k]) for k in ids]
    torch.testing.assert_close(
        logits(new, theirs)[:, moved], logits(old, ids)[:, kept], atol=1e-6, rtol=0
    )


def test_a_new_piece_alone_has_the_mean_of_its_parts_as_output():
    old = causal("llama")
    words = vocabulary(old)
    mixture = aligned(words, NEW, TEXTS)
    new = swap(old, NEW, mixture)
    assert dict(mixture.origins("▁cats")) == pytest.approx(dict.fromkeys(["▁ca", "t", "s"], 1 / 3))
    ids = words.fast.encode("dode").ids
    theirs = [NEW.pieces.index(words.pieces[k]) for k in ids]
    parts = [words.pieces.index(piece) for piece in ("▁ca", "t", "s")]
    torch.testing.assert_close(
        logits(new, theirs)[:, NEW.pieces.index("▁cats")],
        logits(old, ids)[:, parts].mean(dim=1),
        atol=1e-6, rtol=0,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["llama", "gemma"])
def test_a_changed_model_trains_on(name):
    old = causal(name)
    new = swap(old, NEW, merges(vocabulary(old), NEW))
    made = tune_causal(new, TEXTS, epochs=2, trains="embed_tokens|lm_head")
    assert open_tokenizer(made)("the cats")["input_ids"] == NEW.fast.encode("the cats").ids
    before, after = load_file(new.weights[0]), load_file(made.weights[0])
    moved = {key for key in before if not torch.equal(before[key], after[key])}
    assert moved == {"model.embed_tokens.weight"} | (
        {"lm_head.weight"} if name == "llama" else set()
    )
