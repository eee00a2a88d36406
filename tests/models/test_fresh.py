"""Models that have learned nothing, and whether models were pretrained alike."""

import pytest
import torch
from safetensors.torch import load_file

from calque.errors import BadSetting, BadValue
from calque.models.batches import encode, longest
from calque.models.budget import budget
from calque.models.folder import open_model, open_tokenizer
from calque.models.fresh import fresh
from calque.models.masked import masked
from calque.objectives.random_mask import random_mask
from calque.values import Texts, Vocabulary
from calque.vocabulary.bytes import bytes as byte_pieces
from calque.workspace import working_in


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def test_a_seed_is_a_model():
    one, again, other = (fresh(byte_pieces(), width=32, layers=1, seed=seed) for seed in (0, 0, 1))
    assert one.fingerprint() == again.fingerprint() != other.fingerprint()
    before, after = (load_file(made.weights[0]) for made in (one, other))
    assert before.keys() == after.keys()
    table = "bert.embeddings.word_embeddings.weight"
    assert before[table].shape == (261, 32) and not torch.equal(before[table], after[table])
    assert one.config["vocab_size"] == 261 and one.config["num_hidden_layers"] == 1
    open_model(one, "masked")  # nothing is missing


def test_it_learns_to_guess_bytes():
    start = fresh(byte_pieces(), width=32, layers=1, longest=16)
    learned = masked(start, Texts.of(["aaaa", "aaa"] * 30), masker=random_mask, epochs=4, learning_rate=1e-2, tokens=128)  # fmt: skip
    model = open_model(learned, "masked")
    ids = torch.tensor([[2, ord("a") + 5, 4, ord("a") + 5, 3]])
    with torch.inference_mode():
        assert model(input_ids=ids).logits[0, 2].argmax() == ord("a") + 5


def test_heads_may_weigh_distances():
    made = fresh(byte_pieces(), width=32, layers=1, longest=16, distances=True)
    model = open_model(made, "masked")  # nothing is missing
    assert model.config.model_type == "mpnet" and model.config.initializer_range == 32**-0.5
    ids = torch.tensor([[2, *range(70, 84), 3]])
    encoder = model.base_model.encoder
    with torch.inference_mode():
        before = model(input_ids=ids).logits
    with torch.no_grad():  # from anywhere to one place before it
        encoder.relative_attention_bias.weight[1] += 9.0
    with torch.inference_mode():
        assert (model(input_ids=ids).logits - before).abs().max() > 1e-2
    # longer texts are read in windows of 16 pieces, neither more nor fewer
    learned = masked(made, Texts.of(["a" * 14, "b" * 40]), masker=random_mask, tokens=64)
    assert learned.config["max_position_embeddings"] == 18
    windows = encode(open_tokenizer(made), ["b" * 40], maximum=longest(model, open_tokenizer(made)))
    assert windows.maximum == 16 and max(windows.lengths) == 16


def test_one_configuration_and_one_amount_of_text():
    words = byte_pieces()
    one, other = (fresh(words, width=32, layers=1, seed=seed) for seed in (0, 1))
    texts = [Texts.of(["ab", "é"], "fra"), Texts.of(["é", "xy"], "swh")]
    rows = list(budget([one, other], texts))
    assert [row["language"] for row in rows] == ["fra", "swh"]
    assert rows[0]["bytes"] == rows[1]["bytes"] == 4 and rows[0]["texts"] == 2
    held = sum(p.numel() for p in open_model(one, "masked").parameters())
    assert rows[0]["parameters"] == pytest.approx(held, rel=0.05)
    with pytest.raises(BadValue, match=r"bytes of model 1 and 0 differ \(5 and 4\)"):
        budget([one, other], [texts[0], Texts.of(["xyz", "ab"], "swh")])
    with pytest.raises(BadValue, match="configuration of model 1"):
        budget([one, fresh(words, width=64, layers=1)], texts)
    with pytest.raises(BadValue, match="2 models and 1 texts"):
        budget([one, other], texts[:1])


def test_what_will_not_do():
    with pytest.raises(BadSetting, match="multiple of 32"):
        fresh(byte_pieces(), width=40)
    bare = Vocabulary(byte_pieces().tokenizer, {"pad": "[PAD]"})
    with pytest.raises(BadValue, match="no piece for cls, sep, mask"):
        fresh(bare)
