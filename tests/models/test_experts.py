"""Mixtures of low-rank experts: one is LoRA, and what each stage of tuning changes."""

import math
import warnings
from functools import partial

import peft
import pytest
import torch
from transformers import AutoModelForSequenceClassification

from calque import registry
from calque.adaptation.apply import apply
from calque.adaptation.embeddings import embeddings
from calque.adaptation.encoder import encoder
from calque.adaptation.experts import experts
from calque.errors import BadSetting, BadValue
from calque.models.folder import open_model, quiet
from calque.models.inserted import inserted
from calque.models.modules import Experts
from calque.models.patched import open_patched
from calque.models.tune_patch import tune_patch
from calque.values import Checkpoint, Labelled
from calque.values.outline import Outline
from calque.values.patch import Head, Piece, write_patch

torch.set_num_threads(1)
TUNED = Checkpoint(registry.PACKAGE / "toy" / "tuned")
IDS = torch.tensor([[2, 14, 77, 300, 3], [2, 8, 9, 10, 3]])
ROWS = [("the cat sees the dog", "animal"), ("one two three", "number")] * 8
TRAIN = Labelled.of([{"text": text, "label": label} for text, label in ROWS], "class")


def logits(model):
    with torch.inference_mode():
        return model(input_ids=IDS).logits


def a_lora():
    """A peft model of the tuned toy with drawn weights."""
    with quiet():
        plain = AutoModelForSequenceClassification.from_pretrained(TUNED.folder).eval()
    config = peft.LoraConfig(task_type="SEQ_CLS", r=3, lora_alpha=7, target_modules=["query", "intermediate.dense"])  # fmt: skip
    torch.manual_seed(4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = peft.get_peft_model(plain, config).eval()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if "lora_" in name:
                parameter += 0.3 * torch.randn(parameter.shape)
    return made


def mixture_of(made, copies):
    """The matrices of a peft adapter as a patch of experts, each of them `copies` times."""
    pieces, drawn = [], torch.Generator().manual_seed(1)
    tensors = {n.removeprefix("base_model.model."): t.detach() for n, t in made.named_parameters()}
    for name, down in tensors.items():
        if "lora_A" not in name:
            continue
        up, place = tensors[name.replace("lora_A", "lora_B")], name.split(".lora_A")[0]
        facts = {"what": "experts", "count": copies, "rank": 3, "scale": 7 / 3, "rows": up.shape[0], "columns": down.shape[1]}  # fmt: skip
        stacked = {"down": torch.stack([down] * copies), "up": torch.stack([up] * copies)}
        stacked["router"] = torch.randn(copies, down.shape[1], generator=drawn)
        pieces.append(Piece(place, "module", (), stacked, facts))
    return write_patch(Head("toy"), pieces)


@pytest.mark.parametrize("copies", [1, 4])
def test_one_expert_or_several_that_are_the_same_are_peft_s_lora(copies):
    made = a_lora()
    model = open_patched(TUNED, mixture_of(made, copies), "class")
    wanted = logits(made)
    torch.testing.assert_close(logits(model), wanted, rtol=1e-5, atol=1e-5)
    assert (wanted - logits(open_model(TUNED, "class"))).abs().max() > 0.1


def test_one_expert_learns_as_peft_s_lora_does():
    """Gradients of both factors, at the same weights, are those of peft."""
    made = a_lora()
    patch = mixture_of(made, 1)
    model = open_patched(TUNED, patch, "class")
    put = inserted(model)
    for _, _, module in put.placed:
        module.requires_grad_(True)
    model(input_ids=IDS).logits.pow(2).sum().backward()
    made(input_ids=IDS).logits.pow(2).sum().backward()
    known = {n.removeprefix("base_model.model."): p for n, p in made.named_parameters()}
    for name, _, module in put.placed:
        for own, theirs in (("down", "lora_A"), ("up", "lora_B")):
            wanted = known[f"{name}.{theirs}.default.weight"].grad
            torch.testing.assert_close(getattr(module, own).grad[0], wanted, rtol=1e-4, atol=1e-5)


def test_two_experts_by_hand():
    """Rank 1 in a plane: the first piece (ln 3, 0) gives the experts 3/4 and 1/4."""
    module = Experts({"count": 2, "rank": 1, "rows": 2, "columns": 2, "scale": 2.0})
    with torch.no_grad():
        module.router.copy_(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))
        module.down.copy_(torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]]]))
        module.up.copy_(torch.tensor([[[1.0], [0.0]], [[0.0], [4.0]]]))
    states = torch.tensor([[[math.log(3), 0.0], [5.0, 7.0]]])
    torch.testing.assert_close(module.shares(states), torch.tensor([[0.75, 0.25]]))
    found = module(states)[0, 1]
    torch.testing.assert_close(found, torch.tensor([2 * 0.75 * 5, 2 * 0.25 * 4 * 7]))


def test_each_stage_changes_its_own_part_and_nothing_else(tiny):
    """Words, then all but words, then experts beside a model that stays: bit for bit."""
    base = tiny("xlmr")
    learn = partial(tune_patch, epochs=1, learning_rate=1e-2)
    words = learn(base, TRAIN, patchers=[embeddings])
    first = apply(base, words)
    second = apply(first, learn(first, TRAIN, patchers=[encoder]))
    mixed = learn(second, TRAIN, patchers=[partial(experts, count=2, rank=2)])
    before, then, last = (of_body(c) for c in (base, first, second))
    assert moved(before, then) == {"embeddings.word_embeddings.weight"}
    rest = moved(then, last)
    assert "embeddings.word_embeddings.weight" not in rest
    # a key's bias adds the same to all scores of a query, so nothing pulls it
    dead = {n for n in last if n.endswith("key.bias") or "position" in n or "type" in n}  # fmt: skip
    assert set(last) - rest <= dead | {"embeddings.word_embeddings.weight"}
    body = [e for e in mixed.entries if e.kind != "whole" and not e.name.startswith("classifier")]
    assert {e.kind for e in body} == {"module"}
    assert (
        len(body) == 3 * 5
    )  # query, key, value, the matrix behind them and the first of the network
    again = of_body_with(second, mixed)
    assert all(torch.equal(again[name], tensor) for name, tensor in last.items())
    assert all(mixed.read(e).tensors["up"].abs().max() > 1e-4 for e in body)  # zero at first


def of_body(checkpoint):
    """Without the pooler, which this family draws anew and no classifier reads."""
    found = open_model(checkpoint, "encoder").named_parameters()
    return {name: tensor for name, tensor in found if not name.startswith("pooler")}


def of_body_with(checkpoint, patch):
    return dict(open_patched(checkpoint, patch, "class").base_model.named_parameters())


def moved(before, after):
    return {name for name in before if not torch.equal(before[name], after[name])}


def test_what_makes_no_sense_is_refused(tiny):
    with pytest.raises(BadSetting, match="count and rank must be at least 1, got 0 and 8"):
        tune_patch(tiny("bert"), TRAIN, patchers=[partial(experts, count=0)])
    with pytest.raises(BadSetting, match=r"no matrix .* 'nothing'"):
        tune_patch(tiny("bert"), TRAIN, patchers=[partial(experts, at="nothing")])
    with pytest.raises(BadSetting, match="the layers share their weights"):
        encoder(Outline({"words.weight": (3, 2)}, (), (), "words", 2, 0, 0))
    module = Experts({"count": 1, "rank": 1, "rows": 2, "columns": 2, "scale": 1.0})
    patch = write_patch(
        Head("toy"),
        [Piece("embeddings.word_embeddings", "module", (), dict(module.named_parameters()),
               {"what": "experts", "count": 1, "rank": 1, "rows": 2, "columns": 2, "scale": 1.0})],
    )  # fmt: skip
    with pytest.raises(BadValue, match="is a Embedding; experts stand beside a Linear"):
        open_patched(tiny("bert"), patch, "encoder")
