"""Learning by a few numbers: what trains, what stays, what is learned, on top of what."""

from functools import partial

import numpy as np
import pytest
import torch

from calque.adaptation.apply import apply
from calque.adaptation.bitfit import bitfit
from calque.adaptation.bottleneck import bottleneck
from calque.adaptation.compose import compose
from calque.adaptation.experts import experts
from calque.adaptation.ia3 import ia3
from calque.adaptation.invertible import invertible
from calque.adaptation.layers import layers
from calque.adaptation.lora import lora
from calque.adaptation.norms import norms
from calque.adaptation.prefix import prefix
from calque.adaptation.prompt import prompt
from calque.adaptation.revert import revert
from calque.errors import BadFile, BadSetting, BadValue
from calque.models.folder import open_model
from calque.models.masked_patch import masked_patch
from calque.models.predict import predict
from calque.models.sentences import sentences
from calque.models.tune_patch import tune_patch
from calque.objectives.random_mask import random_mask
from calque.values import Labelled, Texts

torch.set_num_threads(1)
ROWS = [("the cat sees the dog", "animal"), ("one two three", "number")] * 8
TRAIN = Labelled.of([{"text": text, "label": label} for text, label in ROWS], "class")
TEXTS = Texts.of(["one two three four five", "five four three two one"] * 4)
PLAIN = {"lora": lora, "ia3": ia3, "bitfit": bitfit, "norms": norms, "layers": layers}
PUT_IN = {
    "bottleneck": bottleneck,
    "experts": experts,
    "invertible": invertible,
    "prefix": prefix,
    "prompt": prompt,
}
CHANGES = {
    "lora": lambda name: name.endswith(("query.weight", "value.weight")),
    "ia3": lambda name: ".key." in name or ".value." in name or ".output.dense.weight" in name,
    "bitfit": lambda name: name.endswith("bias"),
    "norms": lambda name: "LayerNorm" in name,
    "layers": lambda name: "layer.2." in name,
}


def of_body(checkpoint):
    return dict(open_model(checkpoint, "encoder").named_parameters())


@pytest.mark.parametrize("kind", PLAIN)
def test_only_what_is_chosen_changes_and_the_patch_comes_off(tiny, kind):
    base = tiny("bert")
    patch = tune_patch(base, TRAIN, patchers=[PLAIN[kind]], epochs=1, learning_rate=1e-2)
    tuned = apply(base, patch)
    before, after = of_body(base), of_body(tuned)
    moved = {n for n in before if not torch.equal(before[n], after[n])} - {
        "pooler.dense.weight",
        "pooler.dense.bias",
    }
    assert moved == {n for n in before if n.startswith("encoder.") and CHANGES[kind](n)} - {
        n for n in before if kind == "ia3" and "attention.output" in n
    } - {n for n in before if kind in ("bitfit", "layers") and n not in moved and "key.bias" in n}
    assert revert(tuned, patch).fingerprint() == base.fingerprint()
    given, made = predict(base, TRAIN, patch), predict(tuned, TRAIN)
    np.testing.assert_allclose(given.probabilities, made.probabilities, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", PUT_IN)
def test_what_is_put_in_moves_and_the_body_stays(tiny, kind):
    base = tiny("bert")
    learn = partial(tune_patch, base, TRAIN, patchers=[PUT_IN[kind]], epochs=1, batch_size=8)
    patch, hardly = learn(learning_rate=1e-2), learn(learning_rate=1e-9)
    names = {e.name for e in patch.entries if e.kind not in ("module", "whole")}
    assert names <= {"pooler.dense.weight", "pooler.dense.bias"}
    modules, begun = ([e for e in p.entries if e.kind == "module"] for p in (patch, hardly))
    assert {entry.facts["what"] for entry in modules} == {kind}
    for one, other in zip(modules, begun, strict=True):
        drawn = hardly.read(other).tensors
        for name, tensor in patch.read(one).tensors.items():
            assert (tensor - drawn[name]).abs().max() > 1e-4, name
    made, before = predict(base, TRAIN, patch), predict(base, TRAIN, hardly)
    assert np.abs(made.probabilities - before.probabilities).max() > 1e-4
    with pytest.raises(BadValue, match="no place for"):
        apply(base, patch)


def test_a_task_on_a_language_and_another_language_beneath(tiny):
    base = tiny("bert", "masked")
    learn = partial(masked_patch, base, masker=random_mask, learning_rate=1e-2)
    madx = [partial(bottleneck, reduction=2, last=False), invertible]
    source = learn(TEXTS, patchers=madx, epochs=2)
    target = learn(TEXTS.take(range(2)), patchers=madx, epochs=1, seed=3)
    assert [e.kind for e in source.entries] == ["module"] * 3  # its head stood still
    task = tune_patch(base, TRAIN, patch=source, patchers=[bottleneck], epochs=1)
    assert sum(e.kind == "module" for e in task.entries) == 3  # nothing of the language
    made = predict(base, TRAIN, compose([source, task]))
    other = predict(base, TRAIN, compose([target, task]))
    assert np.abs(made.probabilities - other.probabilities).max() > 1e-4
    alone = sentences(base, TEXTS.take(range(2)))
    spoken = sentences(base, TEXTS.take(range(2)), source)
    assert np.abs(alone - spoken).max() > 1e-4


def test_a_lent_head_learns_and_goes(tiny):
    base = tiny("xlmr")
    patch = masked_patch(base, TEXTS, masker=random_mask, patchers=[lora, invertible])
    assert {e.kind for e in patch.entries} == {"low_rank", "module"}
    assert not patch.head.config


def test_texts_at_the_model_s_length_leave_room_for_prompts(tiny):
    rows = [{"text": "one two three " * 20, "label": "a"}, {"text": "the cat", "label": "b"}]
    long = Labelled.of(rows, "class")
    for patcher in (prompt, prefix):
        patch = tune_patch(tiny("xlmr"), long, patchers=[partial(patcher, count=7)], epochs=1)
        assert len(predict(tiny("xlmr"), long, patch).labels) == 2


def test_the_same_seed_learns_the_same(tiny):
    one, again = (tune_patch(tiny("bert"), TRAIN, patchers=[lora], epochs=1) for _ in range(2))
    assert one.fingerprint() == again.fingerprint()


def test_what_makes_no_sense_is_refused(tiny):
    base = tiny("bert")
    with pytest.raises(BadSetting, match="no patcher"):
        tune_patch(base, TRAIN, patchers=[])
    with pytest.raises(BadSetting, match=r"lora: no matrix .* 'nothing'"):
        tune_patch(base, TRAIN, patchers=[partial(lora, at="nothing")])
    with pytest.raises(BadSetting, match="layers 0 to 2"):
        tune_patch(base, TRAIN, patchers=[partial(layers, numbers=[3])])
    patch = masked_patch(base, TEXTS, masker=random_mask, patchers=[bottleneck])
    with pytest.raises(BadFile, match="no head"):
        predict(base, TRAIN, patch)
    with pytest.raises(BadValue, match="other numbers"):
        sentences(tiny("xlmr"), TEXTS, patch)
