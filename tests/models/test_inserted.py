"""Modules between layers: equal to adapters and peft on equal weights, and nothing where they say nothing."""

import importlib.util
import json
from pathlib import Path

import peft
import pytest
import torch
import transformers

from calque.adaptation.bottleneck import bottleneck
from calque.adaptation.invertible import invertible
from calque.adaptation.prefix import prefix
from calque.adaptation.prompt import prompt
from calque.errors import BadSetting
from calque.models.batches import longest
from calque.models.fitting import outline
from calque.models.folder import open_model, open_tokenizer
from calque.models.inserted import Inserted, inserted
from calque.models.modules import Invertible
from calque.models.states import layer_states

torch.set_num_threads(1)
GOLDEN = Path(__file__).parents[1] / "golden"


def script(name):
    spec = importlib.util.spec_from_file_location(name, GOLDEN / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


madx, mpt = script("adapters_madx"), script("mpt")
IDS = torch.tensor([[4, 11, 12, 13, 5], [6, 14, 15, 0, 0]])
MASK = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
PATCHERS = [bottleneck, invertible, prefix, prompt]


def filled(model, planned, *sources):
    own = inserted(model) or Inserted(model)
    for each, values in zip(planned, sources, strict=True):
        own.put(model, each.name, each.facts).load_state_dict(values)
    return own


@pytest.mark.parametrize("active", ["language", "task", "stack"])
def test_bottlenecks_and_invertible_adapters_are_those_of_adapters(active):
    golden = json.loads((GOLDEN / "adapters_madx.json").read_text(encoding="utf-8"))[active]
    config = transformers.BertConfig(**madx.CONFIG)
    model = transformers.BertForMaskedLM(config).eval()
    madx.fill_base(model)
    seen = outline(model)
    if active != "task":
        filled(model, invertible(seen), madx.coupling())
        low = bottleneck(seen, reduction=2, last=False)
        filled(model, low, *(madx.bottleneck(layer, 8, 1) for layer in range(2)))
    if active != "language":
        high = bottleneck(seen, reduction=4)
        filled(model, high, *(madx.bottleneck(layer, 4, 5) for layer in range(3)))
    with torch.no_grad():
        made = model(input_ids=madx.IDS, attention_mask=madx.MASK, output_hidden_states=True)
    found = made.hidden_states[-1][:, :2, :5]
    torch.testing.assert_close(found, torch.tensor(golden["states"]), rtol=1e-5, atol=2e-6)
    logits = torch.tensor(golden["logits"])
    torch.testing.assert_close(made.logits[:, :2, :5], logits, rtol=1e-5, atol=2e-6)


def through_peft(checkpoint, config):
    torch.manual_seed(3)
    model = peft.get_peft_model(open_model(checkpoint, "encoder"), config).eval()
    with torch.no_grad():
        wanted = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
    return wanted, model.prompt_encoder["default"].embedding.weight.detach()


# peft asks transformers in a way that is going
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
@pytest.mark.parametrize("family", ["bert", "xlmr"])
def test_prompts_are_peft_s(tiny, family):
    config = peft.PromptTuningConfig(task_type="FEATURE_EXTRACTION", num_virtual_tokens=3)
    wanted, vectors = through_peft(tiny(family), config)
    model = open_model(tiny(family), "encoder")
    filled(model, prompt(outline(model), count=3), {"vectors": vectors})
    with torch.no_grad():
        found = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
    shown = MASK.bool()
    torch.testing.assert_close(found[shown], wanted[:, 3:][shown], rtol=1e-5, atol=1e-6)


# peft asks transformers in a way that is going
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
@pytest.mark.parametrize("family", ["bert", "xlmr"])
def test_prefixes_are_peft_s(tiny, family):
    config = peft.PrefixTuningConfig(task_type="FEATURE_EXTRACTION", num_virtual_tokens=3)
    wanted, rows = through_peft(tiny(family), config)
    model = open_model(tiny(family), "encoder")
    planned = prefix(outline(model), count=3)
    facts = planned[0].facts
    # peft: [count, layers · (keys, values) · heads · size]
    split = rows.view(3, facts["layers"], 2, facts["heads"], facts["size"]).permute(2, 1, 3, 0, 4)
    filled(model, planned, {"keys": split[0], "values": split[1]})
    with torch.no_grad():
        found = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
    shown = MASK.bool()
    torch.testing.assert_close(found[shown], wanted[shown], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("task", ["class", "tags", "answer"])
def test_prefixes_are_those_of_the_authors_across_languages(task):
    """Classes, tags and answers of salesforce/MPT, whose rows of prompts are copied."""
    golden = torch.tensor(json.loads((GOLDEN / "mpt.json").read_text(encoding="utf-8"))[task])
    settings = mpt.CONFIG | mpt.LABELS[task]
    if task == "class":
        model = transformers.BertForSequenceClassification(transformers.BertConfig(**settings))
    else:
        head = "TokenClassification" if task == "tags" else "QuestionAnswering"
        make = getattr(transformers, f"RobertaFor{head}")
        model = make(transformers.RobertaConfig(**settings))
    mpt.fill(model.eval())
    planned = prefix(outline(model), count=mpt.COUNT)
    facts = planned[0].facts
    split = mpt.prompts().view(mpt.COUNT, facts["layers"], 2, facts["heads"], facts["size"])
    keys, values = split.permute(2, 1, 3, 0, 4)
    filled(model, planned, {"keys": keys, "values": values})
    with torch.no_grad():
        made = model(input_ids=mpt.IDS, attention_mask=mpt.MASK)
    if task == "answer":
        found = torch.stack([made.start_logits, made.end_logits], -1)
    else:
        found = made.logits
    shown = mpt.MASK.bool() if task != "class" else slice(None)
    torch.testing.assert_close(found[shown], golden[shown], rtol=1e-5, atol=2e-6)
    inserted(model).off(model)
    with torch.no_grad():
        bare = model(input_ids=mpt.IDS, attention_mask=mpt.MASK)
    assert (bare[0] - made[0]).abs().max() > 1e-3


@pytest.mark.parametrize("family", ["bert", "xlmr", "distilbert", "deberta", "modernbert", "gpt2"])
@pytest.mark.parametrize("patcher", [bottleneck, invertible])
def test_what_adds_nothing_changes_nothing(tiny, family, patcher):
    model = open_model(tiny(family), "encoder")
    with torch.no_grad():
        before = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
        own = Inserted(model)
        for each in patcher(outline(model)):
            module = own.put(model, each.name, each.facts)
            drawn = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
            assert not torch.equal(before, drawn)
            for name, parameter in module.named_parameters():
                if "down" not in name and ".0." not in name:
                    parameter.zero_()
        nothing = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
        assert torch.equal(before, nothing)
        own.off(model)
        assert inserted(model) is None
        assert torch.equal(before, model(input_ids=IDS, attention_mask=MASK).last_hidden_state)


def test_keys_that_nobody_looks_at_change_nothing(tiny):
    model = open_model(tiny("bert"), "encoder")
    with torch.no_grad():
        # positions are counted behind the prefix, as in peft
        model.embeddings.position_embeddings.weight.zero_()
        for layer in model.encoder.layer:  # questions with a first number of 1 alone
            layer.attention.self.query.weight.zero_()
            layer.attention.self.query.bias.zero_()
            layer.attention.self.query.bias.view(2, -1)[:, 0] = 1
        before = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
        module = Inserted(model).put(model, "", prefix(outline(model), count=2)[0].facts)
        module.keys.zero_()
        looked_at = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
        module.keys[..., 0] = -1e4
        found = model(input_ids=IDS, attention_mask=MASK).last_hidden_state
    torch.testing.assert_close(found, before, rtol=1e-6, atol=1e-6)
    assert not torch.allclose(looked_at, before, atol=1e-3)


@pytest.mark.parametrize("family", ["bert", "xlmr", "distilbert", "modernbert"])
def test_prompts_do_not_show_in_states(tiny, family):
    model = open_model(tiny(family), "encoder")
    filled(model, prompt(outline(model), count=2), {"vectors": torch.ones(2, 32)})
    with torch.no_grad():
        all_states = model(input_ids=IDS, attention_mask=MASK, output_hidden_states=True)
        assert all(states.shape[1] == 5 for states in all_states.hidden_states)
        middle = layer_states(model, {"input_ids": IDS, "attention_mask": MASK}, 1)
    shown = MASK.bool()
    torch.testing.assert_close(middle[shown], all_states.hidden_states[1][shown])


def test_prompts_that_leave_no_room_are_counted(tiny):
    model, tokenizer = open_model(tiny("bert"), "encoder"), open_tokenizer(tiny("bert"))
    filled(model, prompt(outline(model), count=9999), {"vectors": torch.ones(9999, 32)})
    with pytest.raises(BadSetting, match="9999 prompts leave no room for text"):
        longest(model, tokenizer)


def test_the_coupling_is_inverted():
    torch.manual_seed(0)
    module = Invertible({"width": 8, "inner": 3}).double()
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter)
    states = torch.randn(4, 5, 8, dtype=torch.float64)
    with torch.no_grad():
        moved = module(states)
        torch.testing.assert_close(module.back(moved), states, rtol=1e-12, atol=1e-12)
    assert (moved - states).abs().min() > 1e-3


def test_what_a_model_cannot_take_is_refused(tiny):
    seen = outline(open_model(tiny("distilbert"), "encoder"))
    with pytest.raises(BadSetting, match=r"adaptation\.prompt"):
        prefix(seen)
    for wrong in (0, 33):
        with pytest.raises(BadSetting, match="1 to 32"):
            bottleneck(seen, reduction=wrong)
    with pytest.raises(BadSetting, match="count must be at least 1"):
        prompt(seen, count=0)
