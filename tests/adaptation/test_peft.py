"""Adapters of peft, read and written: the same function, and sums that peft makes with cross terms."""

import json
import warnings

import peft
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    GPT2Config,
    GPT2Model,
)

from calque import registry
from calque.adaptation.add import add
from calque.adaptation.apply import apply
from calque.adaptation.compress import compress
from calque.adaptation.from_peft import from_peft
from calque.adaptation.restrict import restrict
from calque.adaptation.scale import scale
from calque.adaptation.to_peft import to_peft
from calque.errors import BadFile, BadValue
from calque.maths.differences import dense
from calque.models.folder import quiet
from calque.values import Checkpoint

TUNED = Checkpoint(registry.PACKAGE / "toy" / "tuned")
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
IDS = torch.tensor([[2, 14, 77, 300, 3], [2, 8, 9, 10, 3]])


def opened(folder=TUNED.folder):
    with quiet():
        return AutoModelForSequenceClassification.from_pretrained(folder).eval()


def an_adapter(folder, config, seed=0, model=None):
    """A peft folder with drawn weights, and its model."""
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = peft.get_peft_model(model or opened(), config).eval()
        with torch.no_grad():
            for parameter in made.parameters():
                if parameter.requires_grad:
                    parameter += 0.3 * torch.randn(parameter.shape)
        made.save_pretrained(folder)
    return made


def a_lora(**settings):
    return peft.LoraConfig(task_type="SEQ_CLS", target_modules=["query", "value"], **settings)


CONFIGS = {
    "plain": a_lora(r=3, lora_alpha=7),
    "patterns": a_lora(
        r=3, lora_alpha=7, use_rslora=True, rank_pattern={"layer.1.attention.self.query": 2},
        alpha_pattern={"value": 5}, bias="lora_only",
    ),
    "embeddings": peft.LoraConfig(task_type="SEQ_CLS", target_modules=["word_embeddings", "output.dense"], r=2),
    "ia3": peft.IA3Config(
        task_type="SEQ_CLS", target_modules=["query", "output.dense"], feedforward_modules=["output.dense"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_a_model_with_the_patch_answers_as_peft_does(name, tmp_path):
    with torch.inference_mode():
        wanted = an_adapter(tmp_path, CONFIGS[name])(input_ids=IDS).logits
        found = opened(apply(TUNED, from_peft(tmp_path, TUNED)).folder)(input_ids=IDS).logits
        assert (wanted - opened()(input_ids=IDS).logits).abs().max() > 0.1
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["plain", "embeddings"])
def test_what_is_written_again_is_the_same_function_bit_for_bit(name, tmp_path):
    with torch.inference_mode():
        wanted = an_adapter(tmp_path, CONFIGS[name])(input_ids=IDS).logits
        patch = from_peft(tmp_path, TUNED)
        low = [e for e in patch.entries if e.kind == "low_rank"]
        assert low and len(low) < len(patch)  # a head that was trained is a difference
        folder = to_peft(restrict(patch, names="query|value|word_emb|output"))
        again = peft.PeftModel.from_pretrained(opened(), folder).eval()
        with torch.no_grad():  # the head, which a LoRA of another base would bring
            for key in ("weight", "bias"):
                stored = load_file(tmp_path / "adapter_model.safetensors")
                again.base_model.model.classifier.get_parameter(key).copy_(
                    stored[f"base_model.model.classifier.{key}"]
                )
        found = again(input_ids=IDS).logits
    assert torch.equal(found, wanted)


def test_sums_are_those_of_the_products_and_their_best_approximation_is_peft_s(tmp_path):
    for number, rank in enumerate((2, 3)):
        config = peft.LoraConfig(target_modules=["query", "value"], r=rank, lora_alpha=4)
        an_adapter(tmp_path / str(number), config, seed=number)
    weights = (1.0, -0.5)
    patches = [from_peft(tmp_path / str(k), TUNED) for k in range(2)]
    both = add([scale(p, factor=w) for p, w in zip(patches, weights, strict=True)])
    small = compress(both, rank=2)
    model = peft.PeftModel.from_pretrained(opened(), tmp_path / "0", adapter_name="a")
    model.load_adapter(tmp_path / "1", adapter_name="b")
    combine = model.base_model.add_weighted_adapter
    combine(["a", "b"], list(weights), "best", combination_type="svd", svd_rank=2)
    combine(["a", "b"], list(weights), "both", combination_type="cat")
    layers = [n for n in both.changed if "query" in n or "value" in n]
    assert len(layers) == 4
    for name in layers:
        module = model.base_model.model.get_submodule(name.removesuffix(".weight"))
        exact, best = (dense(p.terms(name), (32, 32)) for p in (both, small))
        sums = sum(
            w * dense(p.terms(name), (32, 32)) for p, w in zip(patches, weights, strict=True)
        )
        torch.testing.assert_close(exact, sums, rtol=1e-6, atol=1e-6)
        assert both.terms(name)[0].tensors["scale"].shape == (5,)
        assert small.terms(name)[0].tensors["scale"].shape == (2,)
        for mine, theirs in ((exact, "both"), (best, "best")):
            peers = module.get_delta_weight(theirs).detach().double()
            torch.testing.assert_close(mine, peers, rtol=1e-4, atol=1e-5)


def test_matrices_with_inputs_first(tmp_path):
    torch.manual_seed(0)
    model = GPT2Model(GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=320, n_positions=16)).eval()  # fmt: skip
    model.save_pretrained(tmp_path / "base")
    base = Checkpoint(tmp_path / "base")
    config = peft.LoraConfig(target_modules=["c_attn"], r=2, fan_in_fan_out=True)
    wanted = an_adapter(tmp_path / "lora", config, model=model)(input_ids=IDS).last_hidden_state
    patch = from_peft(tmp_path / "lora", base)
    with quiet():
        found = GPT2Model.from_pretrained(apply(base, patch).folder).eval()(input_ids=IDS)
    torch.testing.assert_close(found.last_hidden_state, wanted, rtol=1e-4, atol=1e-5)
    again = peft.PeftModel.from_pretrained(GPT2Model.from_pretrained(base.folder), to_peft(patch, turned=True)).eval()  # fmt: skip
    assert torch.equal(again(input_ids=IDS).last_hidden_state, wanted)


def test_scales_that_differ_are_multiplied_in(tmp_path):
    for number, alpha in enumerate((3, 8)):
        an_adapter(tmp_path / str(number), a_lora(r=2, lora_alpha=alpha), seed=number)
    both = restrict(
        add([from_peft(tmp_path / str(k), TUNED) for k in range(2)]), names="query|value"
    )
    again = from_peft(to_peft(both), TUNED)
    assert json.loads((to_peft(both) / "adapter_config.json").read_text())["r"] == 4
    for name in both.changed:
        torch.testing.assert_close(dense(again.terms(name), (32, 32)), dense(both.terms(name), (32, 32)), rtol=1e-5, atol=1e-6)  # fmt: skip


def test_a_prompt_is_a_module_which_no_folder_can_hold(tmp_path):
    causal = Checkpoint(registry.PACKAGE / "toy" / "causal")
    model = AutoModelForCausalLM.from_pretrained(causal.folder)
    config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    an_adapter(tmp_path, config, model=model)
    patch = from_peft(tmp_path, causal)
    assert [(e.kind, e.facts) for e in patch.entries] == [
        ("module", {"what": "prompt", "count": 4})
    ]
    with pytest.raises(BadValue, match=r"1 modules \(prompt at"):
        apply(causal, patch)
    with pytest.raises(BadValue, match="is module, which a LoRA cannot hold"):
        to_peft(patch)


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(BadFile, match=r"no adapter_config\.json"):
        from_peft(tmp_path, TUNED)
    an_adapter(tmp_path / "dora", a_lora(r=2, use_dora=True))
    with pytest.raises(BadValue, match=r"kind LORA with magnitudes.*merge_and_unload"):
        from_peft(tmp_path / "dora", TUNED)
    an_adapter(tmp_path / "plain", a_lora(r=2))
    with pytest.raises(BadValue, match=r"toy/causal has no bert\.encoder"):
        from_peft(tmp_path / "plain", Checkpoint(registry.PACKAGE / "toy" / "causal"))
    file = tmp_path / "plain" / "adapter_model.safetensors"
    tensors = load_file(file)
    name = next(name for name in tensors if "lora_B" in name)
    save_file(tensors | {name: tensors[name] * torch.nan}, file)
    with pytest.raises(BadValue, match=r"query\.weight \(up\) holds numbers that are not finite"):
        from_peft(tmp_path / "plain", TUNED)
    with pytest.raises(BadValue, match=r"is (sparse|dense)"):
        to_peft(from_peft(_with_bias(tmp_path), TUNED))


def _with_bias(folder):
    an_adapter(folder / "biased", a_lora(r=2, bias="all"))
    return folder / "biased"
