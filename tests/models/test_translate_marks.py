"""Translators that begin each side with the mark of its language, as NLLB, M2M-100 and mBART-50 do."""

import pytest
import torch
import transformers
from tokenizers import Tokenizer, processors

from calque.errors import BadFile, BadSetting
from calque.models.folder import save
from calque.models.translate import translate
from calque.models.translating import open_translator
from calque.models.translation_scores import translation_scores
from calque.models.tune_translator import tune_translator
from calque.values import Bitext, Texts
from calque.vocabulary.unigram import unigram
from calque.workspace import working_in

torch.set_num_threads(1)
PAIRS = [("one two", "un deux"), ("two", "deux"), ("one", "un"), ("three one", "trois un")] * 5
TEXTS = Texts.of(["one two", "", "three one two", "one \u200b"], "eng")
STYLES = {
    "nllb": ("eng_Latn", "fra_Latn"),
    "m2m": ("__en__", "__fr__"),
    "mbart": ("en_XX", "fr_XX"),
}


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def many(folder, marks, also=()):
    """A random model of M2M-100's kind, whose tokenizer has these marks; `also` are ordinary pieces."""
    words = unigram(Texts.of([" ".join([*pair, *also]) for pair in PAIRS], "mul"), size=200)
    cutter = Tokenizer.from_str(words.tokenizer)
    end = words.special["sep"]
    cutter.add_special_tokens(list(marks))
    cutter.post_processor = processors.TemplateProcessing(
        single=f"$A {end}", special_tokens=[(end, cutter.token_to_id(end))]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=cutter,
        model_max_length=32,
        **{f"{role}_token": piece for role, piece in words.special.items()} | {"eos_token": end},
    )
    ids = {"pad": words.role_id("pad"), "eos": words.role_id("sep"), "bos": words.role_id("sep")}
    config = transformers.M2M100Config(
        vocab_size=len(tokenizer), d_model=32, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64,
        max_position_embeddings=32, dropout=0.0, init_std=0.1, decoder_start_token_id=ids["eos"],
        **{f"{role}_token_id": index for role, index in ids.items()},
    )  # fmt: skip
    torch.manual_seed(3)
    folder.mkdir(parents=True)
    return save(transformers.M2M100ForConditionalGeneration(config), tokenizer, folder)


@pytest.mark.parametrize("style", STYLES)
def test_marks_are_read_and_written_where_they_belong(style, tmp_path):
    own = open_translator(many(tmp_path / "many", STYLES[style]), "test")
    source, target = (own.tokenizer.convert_tokens_to_ids(mark) for mark in STYLES[style])
    way = own.way("eng", "fra", "test")
    assert (way.before, way.first) == ((source,), (target,))
    assert {source, target} <= set(own.unwritten(own.known("fra", "test"), own=False))


def test_both_directions_are_learned_and_plain_transformers_says_the_same(tmp_path):
    checkpoint = many(tmp_path / "many", STYLES["nllb"])
    bitext = Bitext.of(PAIRS, "eng", "fra")
    made = tune_translator(checkpoint, [bitext], epochs=100, learning_rate=1e-2, smoothing=0)
    own = open_translator(made, "test")
    for texts, language, wanted in (
        (bitext.sources, "fra", bitext.targets),
        (bitext.targets, "eng", bitext.sources),
    ):
        assert list(translate(texts, made, language=language).rewritten) == list(wanted)
        way = own.way(texts.language, language, "test")
        for text, said in zip(list(texts)[:4], wanted, strict=False):
            pieces = own.tokenizer(text, add_special_tokens=False)["input_ids"]
            out = own.model.generate(
                torch.tensor([[*way.before, *pieces, own.end]]),
                forced_bos_token_id=way.first[0],
                do_sample=False,
                num_beams=1,
                max_new_tokens=20,
            )
            assert own.tokenizer.decode(out[0], skip_special_tokens=True).strip() == said
    odd = list(translate(TEXTS, made, language="fra").rewritten)
    assert odd[0] == "un deux" and odd[1] == ""


def test_what_it_cannot_say_is_said(tmp_path):
    checkpoint = many(tmp_path / "many", STYLES["nllb"])
    with pytest.raises(BadSetting, match="no mark for language 'swh'; it has: eng_Latn, fra_Latn"):
        translate(TEXTS, checkpoint, language="swh")
    with pytest.raises(BadSetting, match="no mark for language 'und'"):
        translate(Texts.of(["one"], "und"), checkpoint, language="fra")
    plain = many(tmp_path / "plain", (), also=("eng_Latn", "en_XX"))
    with pytest.raises(BadFile, match="no marks of languages"):
        translate(TEXTS, plain, language="fra")


def test_scores_are_those_of_the_model_itself(tmp_path):
    checkpoint = many(tmp_path / "many", STYLES["nllb"])
    bitext = Bitext.of(
        [("one two", "un deux"), ("three", "trois un deux un un"), ("", "un")], "eng", "fra"
    )
    found = translation_scores(bitext, checkpoint, both=False, normalized=False)
    own = open_translator(checkpoint, "test")
    way = own.way("eng", "fra", "test")
    for (source, target), score in zip(list(bitext)[:2], found, strict=False):
        read, written = (
            own.tokenizer(t, add_special_tokens=False)["input_ids"] for t in (source, target)
        )
        with torch.inference_mode():
            logs = own.model(
                input_ids=torch.tensor([[*way.before, *read, own.end]]),
                decoder_input_ids=torch.tensor([[own.start, *way.first, *written]]),
            ).logits.log_softmax(-1)[0, 1:]
        wanted = logs.gather(-1, torch.tensor([[*written, own.end]]).T).mean()
        assert score == pytest.approx(float(wanted.exp()), rel=1e-4)
    assert found[2] == 0
