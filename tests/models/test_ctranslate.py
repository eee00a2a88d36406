"""CTranslate2 beside transformers, on a tiny Marian model that has learned a few words on the spot."""

from functools import partial

import pytest
import torch
import transformers
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers import models as cutters

from calque.errors import BadFile, BadSetting
from calque.models.ctranslate import ctranslate
from calque.roles import translator
from calque.values import Checkpoint, Texts

ctranslate2 = pytest.importorskip("ctranslate2", reason="it comes with the extra 'translate'")

WORDS = {"one": "un", "two": "deux", "three": "trois", "four": "quatre", "five": "cinq"}
LONGEST = 24


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def counting(tmp_path_factory):
    """Translates one and two words; the padding comes last, as in OPUS-MT."""
    names = ["</s>", "<unk>", *WORDS, *WORDS.values(), "<pad>"]
    cutter = Tokenizer(cutters.WordLevel({n: k for k, n in enumerate(names)}, unk_token="<unk>"))
    cutter.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    cutter.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 0)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=cutter, eos_token="</s>", unk_token="<unk>", pad_token="<pad>"
    )
    pad = len(names) - 1
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = transformers.MarianConfig(
            vocab_size=len(names), d_model=32, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64,
            decoder_ffn_dim=64, max_position_embeddings=LONGEST, pad_token_id=pad, eos_token_id=0,
            decoder_start_token_id=pad, forced_eos_token_id=None, scale_embedding=True, dropout=0.0,
            init_std=32**-0.5,
        )  # fmt: skip
        model = transformers.MarianMTModel(config)
        adam = torch.optim.Adam(model.parameters(), 5e-3)
        ids = torch.randint(len(WORDS), (64, 4)) + 2
        for step in range(240):
            length = step % 2 + 1
            some = ids[torch.randint(64, (32,)), :length]
            ends = torch.zeros((32, 1), dtype=torch.long)
            labels = torch.cat([some + len(WORDS), ends], 1)
            loss = model(input_ids=torch.cat([some, ends], 1), labels=labels).loss
            adam.zero_grad()
            loss.backward()
            adam.step()
            with torch.no_grad():
                model.model.shared.weight[pad] = 0  # as in OPUS-MT
    model.generation_config.bad_words_ids = [[pad]]
    folder = tmp_path_factory.mktemp("counting")
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return Checkpoint(folder)


LINES = ["one three", "five", "two two", "four one", "three two one four", "what one", "two"]


def by_transformers(checkpoint, lines, beams):
    model = transformers.MarianMTModel.from_pretrained(checkpoint.folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint.folder)
    inputs = tokenizer(lines, return_tensors="pt", padding=True, return_token_type_ids=False)
    said = model.generate(**inputs, num_beams=beams, max_new_tokens=20, do_sample=False)
    return [text.strip() for text in tokenizer.batch_decode(said, skip_special_tokens=True)]


@pytest.mark.parametrize("beams", [1, 3])
def test_says_what_transformers_says(counting, beams):
    ask = partial(ctranslate, checkpoint=counting, language="fra", beams=beams)
    said = list(ask(Texts.of(LINES, "eng"), quantization="float32").rewritten)
    assert said == by_transformers(counting, LINES, beams)
    assert said[:4] == ["un trois", "cinq", "deux deux", "quatre un"]  # it has learned something
    small = list(ask(Texts.of(LINES, "eng"), quantization="int8").rewritten)
    assert small[:4] == said[:4]


def test_keeps_answers_and_the_converted_model(counting, tmp_path, monkeypatch):
    ask = partial(ctranslate, checkpoint=counting, language="fra")
    view = ask(Texts.of(LINES, "eng"))
    assert (
        view.rewritten.language == "fra" and view.rewritten.table["trouble"].to_pylist() == [""] * 7
    )
    assert len(list((tmp_path / "ctranslate2").iterdir())) == 1
    monkeypatch.setattr(ctranslate2, "Translator", None)  # nothing is opened any more
    assert (
        ask(Texts.of(LINES[::-1], "eng")).rewritten.table
        == view.take(range(6, -1, -1)).rewritten.table
    )
    with pytest.raises(TypeError, match="not callable"):
        ask(Texts.of(["one one"], "eng"))


def test_what_each_text_begins_with(counting):
    ask = partial(ctranslate, checkpoint=counting, language="fra")
    assert list(ask(Texts.of(["two"], "eng"), before="one ").rewritten) == ["un deux"]


def test_long_and_endless_texts_are_told(counting, caplog):
    texts = Texts.of(["one", " ".join(["two"] * LONGEST), "", "three"], "eng")
    view = ctranslate(texts, counting, language="fra")
    assert list(view.rewritten) == ["un", "", "", "trois"]
    assert view.rewritten.table["trouble"].to_pylist() == ["", "longer than 24 pieces", "", ""]
    assert "1 of 4 texts: 1 longer than 24 pieces" in caplog.text


@pytest.mark.parametrize("law", translator.laws, ids=lambda law: law.__name__)
def test_it_is_a_translator(law, counting):
    law(partial(ctranslate, checkpoint=counting, language="fra"), *translator.example(0))


def test_what_will_not_do(counting, tiny):
    one = Texts.of(["one"], "eng")
    with pytest.raises(BadFile, match="of type 'bert', not 'marian'"):
        ctranslate(one, tiny("bert", "masked"), language="fra")
    with pytest.raises(BadSetting, match="must be at least 1, got 0 and 5"):
        ctranslate(one, counting, language="fra", beams=0, tokens=5)


def test_a_start_that_the_runtime_would_take_for_another_is_refused(counting, tmp_path):
    model = transformers.MarianMTModel.from_pretrained(counting.folder)
    with torch.no_grad():
        model.model.shared.weight[-1, 0] = 0.5
    model.save_pretrained(tmp_path / "other")
    with pytest.raises(BadFile, match="the padding is not the last piece, with a row of zeros"):
        ctranslate(Texts.of(["one"], "eng"), Checkpoint(tmp_path / "other"), language="fra")
