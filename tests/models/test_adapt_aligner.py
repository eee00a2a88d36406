"""An adapter for aligning: what it learns, what it leaves alone, and that folding changes nothing."""

import pytest
import torch
import transformers
from planted_encoders import encoder, planted

from calque.errors import BadSetting
from calque.models import lowrank
from calque.models.adapt_aligner import adapt_aligner
from calque.models.align import align
from calque.models.folder import open_model
from calque.models.tune_aligner import tune_aligner
from calque.wordalign.softmax import softmax
from calque.wordalign.threshold import threshold

torch.set_num_threads(1)


def test_its_own_links_make_it_better_and_the_folder_is_plain(tmp_path):
    world = planted(260, overlap=0.6)
    body = tune_aligner(  # an adapter does not make an aligner of an encoder that knows nothing
        encoder(world, tmp_path / "untrained"),
        world.bitext.take(range(100)),
        world.links[:100],
        objectives=["self_training"],
        epochs=3,
        learning_rate=3e-3,
    )

    def error_rate(checkpoint):
        found = align(world.unseen, checkpoint, measure="dot", rescaler=softmax, pairer=threshold)
        return world.aer(found)

    made = adapt_aligner(body, world.bitext.take(range(100, 260)), learning_rate=2e-3)
    assert error_rate(made) < error_rate(body) - 0.02
    before, after = (
        dict(transformers.AutoModel.from_pretrained(one.folder).named_parameters())
        for one in (body, made)
    )
    assert before.keys() == after.keys()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved  # layer 1 of 2 is compared
    assert all("layer.0" in name and before[name].dim() == 2 for name in moved)


@pytest.mark.parametrize("name", ["bert", "xlmr", "distilbert", "modernbert", "gpt2"])
def test_folding_changes_nothing(tiny, name):
    model = open_model(tiny(name, "causal" if name == "gpt2" else "encoder"), "encoder")
    names = {name for name, _ in model.named_parameters()}
    inputs = {"input_ids": torch.tensor([[2, 7, 9, 11, 3]])}
    with torch.inference_mode():
        plain = model(**inputs).last_hidden_state
    changed = lowrank.lend(model, rank=3, layers=2, seed=0)
    with torch.no_grad():
        lent = model(**inputs).last_hidden_state
        torch.testing.assert_close(lent, plain, rtol=0, atol=0)  # nothing yet
        for key, parameter in model.named_parameters():
            if key.endswith(".up"):
                parameter.normal_(0, 0.1)
        adapted = model(**inputs).last_hidden_state
        lowrank.fold(changed)
        folded = model(**inputs).last_hidden_state
    assert not torch.allclose(adapted, plain, atol=1e-3)
    torch.testing.assert_close(folded, adapted)
    assert {name for name, _ in model.named_parameters()} == names


def test_nothing_to_adapt_is_refused(tiny, drawn):
    for settings in ({"rank": 0}, {"layer": 0}):
        with pytest.raises(BadSetting, match="adapts nothing"):
            adapt_aligner(tiny("bert"), drawn(3), **settings)
