"""Training on gold links word by word: what is learned, the loss by hand, and what is refused."""

import numpy as np
import pytest
import torch
import transformers
from planted_encoders import encoder, planted

from calque.errors import BadValue
from calque.models.align_binary import align_binary
from calque.models.marked import MARK
from calque.models.tune_aligner import tune_aligner
from calque.models.tune_binary import binary_loss, tune_binary
from calque.values import Bitext, Links

torch.set_num_threads(1)


def test_links_of_unseen_pairs_come_nearer_the_gold_ones(tmp_path):
    world = planted(80, overlap=1.0)
    body = tune_aligner(  # so that words and their translations are alike, as in a real encoder
        encoder(world, tmp_path / "untrained"),
        world.bitext,
        world.links,
        objectives=["self_training"],
        layer=0,
        epochs=4,
        learning_rate=3e-3,
    )
    begun = tune_binary(body, world.bitext.take([0]), world.links[:1], epochs=1)
    made = tune_binary(body, world.bitext, world.links, epochs=6, learning_rate=5e-3, batch_size=16)
    before, after = (world.aer(align_binary(world.unseen, one, above=0.2)) for one in (begun, made))
    assert after < before - 0.25


def test_the_folder_is_plain_and_has_the_mark(tiny, drawn):
    bitext = drawn(4)
    links = [Links(np.array([[0, 0]]), (len(x.split()), len(y.split()))) for x, y in bitext]
    made = tune_binary(tiny("bert"), bitext, links, epochs=1)
    model = transformers.AutoModelForTokenClassification.from_pretrained(made.folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(made.folder)
    assert model.config.id2label == {0: "linked"}
    mark = tokenizer.convert_tokens_to_ids(MARK)
    assert mark == len(tokenizer) - 1 == model.get_input_embeddings().weight.shape[0] - 1
    again = tune_binary(made, bitext, links, epochs=1, learning_rate={"classifier": 1e-3, "": 0})
    more = transformers.AutoModelForTokenClassification.from_pretrained(again.folder)
    moved = {
        name
        for (name, one), other in zip(model.named_parameters(), more.parameters(), strict=True)
        if not torch.equal(one, other)
    }
    assert moved == {"classifier.weight", "classifier.bias"}


def test_the_loss_by_hand():
    class Fixed:
        def __call__(self, **_):
            logits = torch.tensor([[[5.0], [0.0], [np.log(3.0)]], [[0.0], [9.0], [9.0]]])
            return transformers.modeling_outputs.TokenClassifierOutput(logits=logits)

    targets = torch.tensor([[-100, 1, 0], [0, -100, -100]])
    found = binary_loss(Fixed(), {"inputs": {}, "targets": targets})
    # sigmoids 1/2, 3/4, 1/2
    assert float(found) == pytest.approx(-(np.log(0.5) + np.log(0.25) + np.log(0.5)) / 3)
    nothing = {"inputs": {}, "targets": torch.full((2, 3), -100)}
    assert float(binary_loss(Fixed(), nothing)) == 0


def test_what_makes_no_sense_is_refused(tiny, drawn):
    with pytest.raises(BadValue, match="3 sentence pairs need as many links, got 0"):
        tune_binary(tiny("bert"), drawn(3), [])
    with pytest.raises(BadValue, match="no sentence pair has pieces on both sides"):
        tune_binary(tiny("bert"), Bitext.of([("", "")]), [Links(np.zeros((0, 2)), (0, 0))])
