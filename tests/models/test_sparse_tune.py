"""Sparse tuning: as the authors' code (stored answers); what moved most is chosen, everything else stays, patches add."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import nn

from calque import registry
from calque.adaptation.add import add
from calque.adaptation.apply import apply
from calque.data.labelled import labelled
from calque.data.texts import texts
from calque.errors import BadSetting
from calque.maths.merging import most_changed
from calque.models import lottery as module
from calque.models.folder import open_tokenizer
from calque.models.lottery import Sparse, lottery
from calque.models.patching import as_patch, put_on
from calque.models.predict import predict
from calque.models.sparse_masked import sparse_masked
from calque.models.sparse_tune import sparse_tune
from calque.models.train import Stream
from calque.models.whole import open_whole, write_whole
from calque.objectives.random_mask import random_mask
from calque.values import Checkpoint

TOY = registry.PACKAGE / "toy"
TINY = Checkpoint(TOY / "tiny")
GOLDEN = Path(__file__).parent.parent / "golden" / "sparse_tuning.py"
SPEC = importlib.util.spec_from_file_location("sparse_tuning", GOLDEN)
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)
ANSWERS = json.loads(GOLDEN.with_suffix(".json").read_text())["answers"]


def as_asked(what, pull):
    """The choice among a tiny BERT's numbers with the settings that composable-sft had."""
    stream = Stream(what, lambda epoch, seed: golden.batches(what), golden.loss)
    settings = {"epochs": golden.EPOCHS, "learning_rate": golden.RATE, "warmup": 0.0}
    return lottery(
        golden.model(), stream, count=golden.COUNT, whole=[], pull=pull, name=what, **settings
    )


def test_as_composable_sft():
    tokenizer = open_tokenizer(TINY)
    base = write_whole(golden.model(), tokenizer)
    patches = []
    for name, (what, pull) in golden.ASKED.items():
        # the code as it is pulls at nothing, whatever it is told; mended it does
        chosen = as_asked(what, 0.0 if name == "language" else pull)
        assert chosen.keys() == ANSWERS[name].keys()
        for own, (where, values) in chosen.items():
            assert where.tolist() == ANSWERS[name][own][0]
            wanted = torch.tensor(ANSWERS[name][own][1])
            torch.testing.assert_close(values, wanted, rtol=1e-3, atol=1e-5)
        patches.append(as_patch(base, golden.model(), tokenizer, chosen))
    made = load_file(apply(base, add([patches[0], patches[2]])).weights[0])
    for own, wanted in ANSWERS["both"].items():
        torch.testing.assert_close(made[own], torch.tensor(wanted), rtol=1e-4, atol=1e-5)
    assert ANSWERS["language"] != ANSWERS["mended"]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.lists(st.integers(-5, 5), max_size=9), min_size=1, max_size=4), st.integers(1, 12)
)
def test_the_places_are_those_of_a_full_sort(numbers, count):
    changes = [torch.tensor(own, dtype=torch.float32) for own in numbers]
    everything = np.sort(np.abs([n for own in numbers for n in own]))[::-1]
    border = everything[min(count, len(everything)) - 1] if len(everything) else 0
    expected = [[k for k, n in enumerate(own) if abs(n) >= max(border, 1)] for own in numbers]
    assert [own.tolist() for own in most_changed(changes, count)] == expected


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.rows = nn.Embedding(6, 4)
        self.layer = nn.Linear(4, 4)
        self.norm = nn.LayerNorm(4)
        self.out = nn.Linear(4, 6, bias=False)
        self.out.weight = self.rows.weight

    def forward(self, ids):
        return self.out(self.norm(self.layer(self.rows(ids))))


def test_chosen_numbers_get_the_gradients_that_they_have_in_the_whole_model():
    torch.manual_seed(0)
    model, ids = Tied(), torch.tensor([1, 2, 5, 2])
    chosen = {"rows.weight": torch.tensor([4, 9, 21]), "layer.weight": torch.tensor([0, 7])}
    model(ids).square().sum().backward()
    wanted = [model.get_parameter(name).grad.view(-1)[where] for name, where in chosen.items()]
    names = [name for name, _ in model.named_parameters()]
    sparse = Sparse(model, chosen)
    with sparse.moved() as moved:
        moved(ids).square().sum().backward()
    for values, expected in zip(sparse.values, wanted, strict=True):
        torch.testing.assert_close(values.grad, expected)
    assert [name for name, _ in model.named_parameters()] == names
    assert model.out.weight is model.rows.weight
    with torch.no_grad():
        sparse.values[0] += 1.0
        before = model(ids)
        with sparse.moved() as moved:
            after = moved(ids)
        model.rows.weight.view(-1)[chosen["rows.weight"]] += 1.0
    assert not torch.equal(before, after)
    torch.testing.assert_close(model(ids), after)


def a_problem():
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randint(0, 6, (64,), generator=generator)
    batches = [(inputs[k : k + 8], (inputs[k : k + 8] * 5 + 1) % 6) for k in range(0, 64, 8)]
    loss = nn.functional.cross_entropy
    return Stream("x", lambda epoch, seed: batches, lambda m, batch: loss(m(batch[0]), batch[1]))


def test_only_the_places_that_full_training_moves_most_change(monkeypatch):
    torch.manual_seed(0)
    model = Tied()
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    full = Tied()
    full.load_state_dict(model.state_dict())
    common = {"epochs": 3, "learning_rate": 1e-2, "seed": 3}
    module.train(full, [a_problem()], trains=["^(?!norm)"], weight_decay=0.0, **common)
    moved = {n: p.detach() - before[n] for n, p in full.named_parameters() if "norm" not in n}
    sizes = torch.cat([own.abs().flatten() for own in moved.values()]).sort(descending=True).values
    chosen = lottery(model, a_problem(), count=12, whole=["layer.bias"], name="x", **common)
    assert all(torch.equal(p, before[n]) for n, p in model.named_parameters() if n != "layer.bias")
    assert not torch.equal(model.layer.bias, before["layer.bias"])
    free = {n: own for n, own in moved.items() if n != "layer.bias"}
    border = torch.cat([own.abs().flatten() for own in free.values()]).sort(descending=True).values[11]  # fmt: skip
    assert border <= sizes[11]
    for name, (where, values) in chosen.items():
        expected = (free[name].abs().flatten() >= border).nonzero()[:, 0]
        assert torch.equal(where, expected)
        assert (values != 0).any()
    assert sum(len(where) for where, _ in chosen.values()) == 12
    again = lottery(model, a_problem(), count=12, whole=[], name="y", **common)
    assert {n for n, _ in again.items()} <= {"rows.weight", "layer.weight", "layer.bias"}
    with pytest.raises(BadSetting, match="count 99 is more than the 44 numbers"):
        lottery(model, a_problem(), count=99, whole=[], name="z", **common)
    with pytest.raises(BadSetting, match="count must be positive"):
        lottery(model, a_problem(), count=0, whole=[], name="z", **common)
    with pytest.raises(BadSetting, match="pull must be at least 0"):
        lottery(model, a_problem(), count=1, whole=[], name="z", pull=-1.0, **common)


@pytest.fixture(scope="module")
def patches():
    examples = labelled(TOY / "train.tsv", task="topic", language="eng")
    fluent = sparse_masked(TINY, texts(TOY / "swh.txt", language="swh"), masker=random_mask, count=900, learning_rate=1e-3)  # fmt: skip
    rates = 1e-2
    task = sparse_tune(TINY, examples, fluent, count=2000, epochs=15, learning_rate=rates)
    return examples, fluent, task


def test_a_language_and_a_task_are_sparse_and_add(patches):
    examples, language, task = patches
    cells = [sum(len(t.tensors["values"]) for n in p.changed for t in p.terms(n) if t.kind == "sparse") for p in patches[1:]]  # fmt: skip
    # numbers that moved as far as the last of them are taken too, and steps of one size are common
    assert 800 < cells[0] < 910 and 2000 <= cells[1] < 2200
    assert {e.kind for e in language.entries} == {"sparse"}
    assert not any("norm" in name.lower() for name in (*language.changed, *task.changed))
    assert {e.name for e in task.entries if e.kind == "whole"} == {"classifier.weight", "classifier.bias"}  # fmt: skip
    assert task.head.digests == language.head.digests
    both = apply(TINY, add([task, language]))
    assert add([task, language]).fingerprint() == add([language, task]).fingerprint()
    gold = np.array(examples.gold)
    for model in (both, apply(TINY, task)):  # the commonest topic has a third
        found = predict(model, examples)
        assert np.mean(np.array(found.labels) == gold) > 0.6


def test_a_patch_goes_on_a_model_in_memory_and_off_again(patches):
    _, language, _ = patches
    model = open_whole(TINY)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    off = put_on(model, TINY, language)
    applied = load_file(apply(TINY, language).weights[0])
    for name, parameter in model.named_parameters():
        assert torch.equal(parameter, applied[name])
    off()
    assert all(torch.equal(p, before[name]) for name, p in model.named_parameters())
