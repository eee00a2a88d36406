"""Patches of models that guess the next piece: what trains, what stays, peft's own, text written with them."""

from functools import partial

import numpy as np
import peft
import pytest
import torch
from causal_models import causal

from calque.adaptation.apply import apply
from calque.adaptation.bitfit import bitfit
from calque.adaptation.bottleneck import bottleneck
from calque.adaptation.ia3 import ia3
from calque.adaptation.invertible import invertible
from calque.adaptation.layers import layers
from calque.adaptation.lora import lora
from calque.adaptation.norms import norms
from calque.adaptation.prefix import prefix
from calque.adaptation.prompt import prompt
from calque.adaptation.revert import revert
from calque.adaptation.to_peft import to_peft
from calque.errors import BadFile, BadSetting, BadValue
from calque.models.bits_per_character import bits_per_character
from calque.models.causal_patch import causal_patch
from calque.models.fitting import outline
from calque.models.folder import open_model
from calque.models.inserted import Inserted
from calque.models.patched import open_patched
from calque.values import Texts

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
TEXTS = Texts.of(["one two three four five", "five four three two one"] * 4)
CHANGES = {
    "lora": (lora, lambda name: name.endswith("c_attn.weight")),
    "ia3": (ia3, lambda name: "c_attn" in name or name.endswith("mlp.c_proj.weight")),
    "bitfit": (bitfit, lambda name: name.endswith("bias") and ".h." in name),
    "norms": (norms, lambda name: ".ln_1." in name or ".ln_2." in name),
    "layers": (layers, lambda name: ".h.2." in name),
}
PUT_IN = {"bottleneck": bottleneck, "invertible": invertible, "prefix": prefix, "prompt": prompt}
IDS = torch.tensor([[4, 11, 12, 13], [6, 14, 15, 9]])


def weights(checkpoint):
    return dict(open_model(checkpoint, "causal").named_parameters())


def bits(checkpoint, patch=None):
    return next(iter(bits_per_character(checkpoint, TEXTS, patch, boot=1)))["bits_per_character"]


def logits(model, ids=IDS, **given):
    with torch.inference_mode():
        return model(input_ids=ids, use_cache=False, **given).logits


@pytest.mark.parametrize("kind", CHANGES)
def test_only_what_is_chosen_changes_and_the_patch_comes_off(tiny, kind):
    base = tiny("gpt2", "causal")
    patcher, chosen = CHANGES[kind]
    patch = causal_patch(base, TEXTS, patchers=[patcher], epochs=3, learning_rate=1e-2)
    tuned = apply(base, patch)
    before, after = weights(base), weights(tuned)
    assert {n for n in before if not torch.equal(before[n], after[n])} == set(
        filter(chosen, before)
    )
    model = open_model(tuned, "causal")  # the output still is the input's table
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight
    assert revert(tuned, patch).fingerprint() == base.fingerprint()
    assert bits(tuned) == pytest.approx(bits(base, patch), abs=1e-5)
    assert bits(tuned) < bits(base)


def test_factors_multiply_inputs_where_these_stand_first(tiny):
    base = tiny("gpt2", "causal")
    patch = causal_patch(base, TEXTS, patchers=[ia3], epochs=3, learning_rate=1e-2)
    before, after = weights(base), weights(apply(base, patch))
    factors = {n: (after[n] / before[n]).detach() for n in before if ".h.0." in n}
    inner, outer = factors["transformer.h.0.mlp.c_proj.weight"], factors["transformer.h.0.attn.c_attn.weight"]  # fmt: skip
    torch.testing.assert_close(inner, inner[:, :1].expand_as(inner), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(outer, outer[:1].expand_as(outer), rtol=1e-3, atol=1e-3)
    assert (inner - 1).abs().max() > 1e-3


@pytest.mark.parametrize("kind", PUT_IN)
def test_what_is_put_in_learns_and_the_body_stays(tiny, kind):
    base = tiny("gpt2", "causal")
    learn = partial(causal_patch, base, TEXTS, patchers=[PUT_IN[kind]], epochs=3)
    patch, hardly = learn(learning_rate=1e-2), learn(learning_rate=1e-9)
    assert {entry.kind for entry in patch.entries} == {"module"}
    assert bits(base, patch) < bits(base, hardly)
    with pytest.raises(BadValue, match="no place for"):
        apply(base, patch)
    beneath = causal_patch(base, TEXTS, patch, patchers=[lora], epochs=1)
    assert {entry.kind for entry in beneath.entries} == {"low_rank"}


@pytest.mark.parametrize("name", ["gpt2", "llama", "tied"])
def test_low_rank_patches_are_peft_s(name):
    base = causal(name)
    patch = causal_patch(
        base, Texts.of(["the cat sees the hat"] * 4), patchers=[lora], learning_rate=3e-2, epochs=3
    )
    folder = to_peft(patch, turned=name == "gpt2")
    wanted = peft.PeftModel.from_pretrained(open_model(base, "causal"), folder).eval()
    found = logits(open_patched(base, patch, "causal"))
    torch.testing.assert_close(found, logits(wanted), rtol=1e-5, atol=1e-5)
    assert (found - logits(open_model(base, "causal"))).abs().max() > 1e-3


@pytest.mark.parametrize("name", ["gpt2", "llama"])
@pytest.mark.parametrize("kind", ["prompt", "prefix"])
def test_prompts_and_prefixes_are_peft_s(name, kind):
    make = {"prompt": peft.PromptTuningConfig, "prefix": peft.PrefixTuningConfig}[kind]
    torch.manual_seed(3)
    config = make(task_type="CAUSAL_LM", num_virtual_tokens=3)
    theirs = peft.get_peft_model(open_model(causal(name), "causal"), config).eval()
    rows = theirs.prompt_encoder["default"].embedding.weight.detach()
    wanted = logits(theirs, attention_mask=torch.ones_like(IDS))[:, -IDS.shape[1] :]
    model = open_model(causal(name), "causal")
    planned = PUT_IN[kind](outline(model), count=3)[0]
    state = {"vectors": rows}
    if kind == "prefix":
        facts = planned.facts
        split = rows.view(3, facts["layers"], 2, facts["heads"], facts["size"])
        state = dict(zip(("keys", "values"), split.permute(2, 1, 3, 0, 4), strict=True))
    Inserted(model).put(model, "", planned.facts).load_state_dict(state)
    torch.testing.assert_close(logits(model), wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["gpt2", "llama"])
@pytest.mark.parametrize("patchers", [[prompt], [prefix], [bottleneck, prompt, prefix]])
def test_text_is_written_with_modules_in_place(name, patchers):
    model = open_model(causal(name), "causal")
    own = Inserted(model)
    torch.manual_seed(5)
    for patcher in patchers:
        settings = {} if patcher is bottleneck else {"count": 3}
        for each in partial(patcher, **settings)(outline(model)):
            module = own.put(model, each.name, each.facts)
            for parameter in module.parameters():
                torch.nn.init.normal_(parameter)
    written = IDS
    for _ in range(5):
        following = logits(model, written)[:, -1].argmax(-1, keepdim=True)
        written = torch.cat([written, following], dim=1)
    shown = torch.ones_like(IDS)
    made = model.generate(IDS, attention_mask=shown, max_new_tokens=5, do_sample=False)
    assert torch.equal(made, written)
    padded, mask = (torch.nn.functional.pad(one, (2, 0)) for one in (IDS, shown))
    made = model.generate(padded, attention_mask=mask, max_new_tokens=5, do_sample=False)
    assert torch.equal(made[:, 2:], written)
    own.off(model)
    assert not torch.equal(model.generate(IDS, attention_mask=shown, max_new_tokens=5, do_sample=False), written)  # fmt: skip


def test_long_and_odd_texts_leave_room(tiny):
    texts = Texts.of(["", "cat " * 100, "שלום", "🙂"])
    for patcher in (prompt, prefix):
        patch = causal_patch(tiny("gpt2", "causal"), texts, patchers=[partial(patcher, count=7)])
        found = bits_per_character(tiny("gpt2", "causal"), texts, patch, boot=1)
        assert np.isfinite(next(iter(found))["bits_per_character"])


def test_what_makes_no_sense_is_refused(tiny):
    with pytest.raises(BadFile, match="of kind 'masked', not 'causal'"):
        causal_patch(tiny("bert", "masked"), TEXTS, patchers=[lora])
    with pytest.raises(BadSetting, match="no patcher"):
        causal_patch(tiny("gpt2", "causal"), TEXTS, patchers=[])
    with pytest.raises(BadSetting, match="tokens must be at least 1"):
        causal_patch(tiny("gpt2", "causal"), TEXTS, patchers=[lora], tokens=0)
