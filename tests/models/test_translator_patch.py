"""Patches of models that read and write: what trains, what stays, peft's own, translations with them."""

import re
from functools import partial

import numpy as np
import peft
import pytest
import torch
import transformers
from small_tokenizers import sentencepiece

from calque.adaptation.apply import apply
from calque.adaptation.bitfit import bitfit
from calque.adaptation.bottleneck import bottleneck
from calque.adaptation.compose import compose
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
from calque.models.fitting import Fitting, outline
from calque.models.folder import open_model, open_tokenizer, save
from calque.models.fresh_translator import fresh_translator
from calque.models.inserted import Inserted
from calque.models.learned_pairs import Pairs, loss
from calque.models.patched import open_patched
from calque.models.translate import translate
from calque.models.translating import open_translator
from calque.models.translator_patch import translator_patch
from calque.models.tune_translator import tune_translator
from calque.values import Bitext, Texts
from calque.vocabulary.unigram import unigram
from calque.workspace import working_in

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
PAIRS = [("one two", "un deux"), ("two", "deux"), ("one", "un"), ("three one", "trois un")] * 5
BITEXT = Bitext.of(PAIRS, "eng", "fra")
SAME = Bitext.of([(b, b) for _, b in PAIRS], "fra", "fra")
CHANGES = {
    "lora": (lora, lambda n: n.endswith(("q_proj.weight", "v_proj.weight"))),
    "ia3": (ia3, lambda n: "k_proj" in n or "v_proj" in n or n.endswith("fc2.weight")),
    "bitfit": (bitfit, lambda n: n.endswith("bias")),
    "norms": (norms, lambda n: "norm" in n),
    "layers": (partial(layers, numbers=[1]), lambda n: ".decoder.layers.0." in n),
}
IDS = torch.tensor([[4, 11, 12, 13, 1], [6, 14, 1, 0, 0]])
GIVEN = {"input_ids": IDS, "attention_mask": (IDS > 0).long(), "decoder_input_ids": IDS[:, :3]}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A model of OPUS-MT's kind that repeats French a little."""
    words = unigram(Texts.of([" ".join(pair) for pair in PAIRS], "mul"), size=200)
    start = fresh_translator(words, languages=["eng", "fra"], width=32, layers=1, longest=32)
    with working_in(tmp_path_factory.mktemp("base")):
        return tune_translator(start, [SAME], both=False, epochs=10, learning_rate=1e-2)


@pytest.fixture(scope="module")
def t5(tmp_path_factory):
    config = transformers.T5Config(
        vocab_size=20, d_model=16, d_kv=8, d_ff=24, num_layers=2, num_decoder_layers=1, num_heads=2,
        dropout_rate=0.0, decoder_start_token_id=0,
    )  # fmt: skip
    torch.manual_seed(2)
    model = transformers.T5ForConditionalGeneration(config).eval()
    words = sentencepiece(["t h", "th e"], "acehtosd", fallback=True, bos=True)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=words.fast, unk_token="<unk>")
    return save(model, tokenizer, tmp_path_factory.mktemp("t5"))


def weights(checkpoint):
    return dict(open_model(checkpoint, "translator").named_parameters())


def logits(model):
    with torch.inference_mode():
        return model(**GIVEN, use_cache=False).logits


def surprise(checkpoint, patch):
    own = open_translator(checkpoint, "test", patch)
    batch = Pairs.of(own, [BITEXT], False, "test").batch(np.arange(4))
    with torch.inference_mode():
        return float(loss(own.model, batch, 0.0))


def said(*given):
    view = translate(Texts.of([a for a, _ in PAIRS[:4]], "eng"), *given, language="fra")
    return list(view.rewritten), view.rewritten.table["score"].to_pylist()


@pytest.mark.parametrize("kind", CHANGES)
def test_only_what_is_chosen_changes_and_the_patch_comes_off(base, kind):
    patcher, chosen = CHANGES[kind]
    patch = translator_patch(base, [BITEXT], patchers=[patcher], epochs=2, learning_rate=1e-2)
    tuned = apply(base, patch)
    before, after = weights(base), weights(tuned)
    moved = {n for n in before if not torch.equal(before[n], after[n])}
    assert moved == {n for n in before if ".layers." in n and chosen(n)}
    model = open_model(tuned, "translator")
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight
    assert revert(tuned, patch).fingerprint() == base.fingerprint()
    (texts, scores), (again, found) = said(base, patch), said(tuned)
    assert texts == again
    np.testing.assert_allclose(scores, found, atol=1e-5)


@pytest.mark.parametrize("patcher", [bottleneck, prompt])
def test_what_is_put_in_learns_and_the_body_stays(base, patcher):
    learn = partial(translator_patch, base, [BITEXT], patchers=[patcher], epochs=8)
    patch, hardly = learn(learning_rate=1e-1), learn(learning_rate=1e-9)
    assert {entry.kind for entry in patch.entries} == {"module"}
    assert surprise(base, patch) < surprise(base, hardly) - 0.03
    alone = said(base)
    assert said(base, patch) != alone and said(base) == alone  # each remembers its own
    with pytest.raises(BadValue, match="no place for"):
        apply(base, patch)
    again = translator_patch(base, [BITEXT], patch, patchers=[partial(prompt, count=3)], epochs=2)
    assert [entry.facts["count"] for entry in again.entries] == [3]
    assert surprise(base, compose([patch, again])) != surprise(base, patch)


@pytest.mark.parametrize("which", ["base", "t5"])
def test_low_rank_patches_are_peft_s(which, request):
    checkpoint = request.getfixturevalue(which)
    model = open_model(checkpoint, "translator")
    fitting = Fitting(checkpoint, model, [lora], None, 0)
    torch.manual_seed(1)
    for _, module in fitting.own:
        torch.nn.init.normal_(module.up)
    patch = fitting.patch(open_tokenizer(checkpoint))
    assert len(patch) == {"base": 6, "t5": 8}[which]  # cross attention has queries and values, too
    wanted = peft.PeftModel.from_pretrained(
        open_model(checkpoint, "translator"), to_peft(patch)
    ).eval()
    found = logits(open_patched(checkpoint, patch, "translator"))
    torch.testing.assert_close(found, logits(wanted), rtol=1e-5, atol=1e-5)
    assert (found - logits(open_model(checkpoint, "translator"))).abs().max() > 1e-3


def test_prompts_are_peft_s(t5):
    torch.manual_seed(3)
    config = peft.PromptTuningConfig(task_type="SEQ_2_SEQ_LM", num_virtual_tokens=3)
    theirs = peft.get_peft_model(open_model(t5, "translator"), config).eval()
    training = {name for name, p in theirs.named_parameters() if p.requires_grad}
    assert training == {"prompt_encoder.default.embedding.weight"}
    rows = theirs.prompt_encoder["default"].embedding.weight.detach()[:3]  # the rest is not read
    model = open_model(t5, "translator")
    fitting = Fitting(t5, model, [partial(prompt, count=3)], None, 0)
    ((_, module),) = fitting.own
    module.load_state_dict({"vectors": rows})
    torch.testing.assert_close(logits(model), logits(theirs), rtol=1e-5, atol=1e-5)
    mine = [n for n, _ in model.named_parameters() if any(map(partial(_found, n), fitting.trains))]
    assert len(mine) == 1 and model.get_parameter(mine[0]).numel() == rows.numel()
    logits_of = model(**GIVEN, use_cache=False).logits
    ours = torch.autograd.grad(logits_of.sum(), module.vectors)[0]
    shown = theirs(**GIVEN, use_cache=False).logits
    weight = theirs.prompt_encoder["default"].embedding.weight
    torch.testing.assert_close(ours, torch.autograd.grad(shown.sum(), weight)[0][:3], rtol=1e-4, atol=1e-5)  # fmt: skip


def _found(name, pattern):
    return re.search(pattern, name) is not None


@pytest.mark.parametrize("beams", [1, 2])
def test_text_is_written_behind_prompts_as_without_a_memory(base, beams):
    model = open_model(base, "translator")
    own = Inserted(model)
    torch.manual_seed(1)
    for each in prompt(outline(model), count=4) + bottleneck(outline(model), reduction=2):
        for parameter in own.put(model, each.name, each.facts).parameters():
            torch.nn.init.normal_(parameter, std=0.5)
    how = {"num_beams": beams, "max_new_tokens": 6, "do_sample": False}
    given = {name: GIVEN[name] for name in ("input_ids", "attention_mask")}
    made = model.generate(**given, **how)
    assert torch.equal(made, model.generate(**given, **how, use_cache=False))
    own.off(model)
    assert not torch.equal(made, model.generate(**given, **how))


def test_padding_does_not_matter_behind_prompts(base):
    model = open_model(base, "translator")
    Inserted(model).put(model, "", prompt(outline(model), count=4)[0].facts)
    short = {"input_ids": IDS[1:, :3], "attention_mask": torch.ones(1, 3, dtype=torch.long)}
    with torch.inference_mode():
        alone = model(**short, decoder_input_ids=IDS[1:, :3]).logits
    torch.testing.assert_close(logits(model)[1:], alone, rtol=1e-5, atol=1e-5)


def test_what_a_model_cannot_take_is_refused(base, tiny):
    with pytest.raises(BadSetting, match=r"adaptation\.prompt"):
        translator_patch(base, [BITEXT], patchers=[prefix])
    with pytest.raises(BadValue, match="both ends of one stack"):
        translator_patch(base, [BITEXT], patchers=[invertible])
    with pytest.raises(BadFile, match="does not translate"):
        translator_patch(tiny("bert", "masked"), [BITEXT], patchers=[lora])
    with pytest.raises(BadValue, match="no sentence pair"):
        translator_patch(base, [Bitext.of([("", "un")], "eng", "fra")], patchers=[lora])
