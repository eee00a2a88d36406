"""Translators: what they learn, copies of pieces, odd and long texts, seeds, and after a kill."""

import logging
from functools import partial

import numpy as np
import pytest
import torch
import transformers

from calque.errors import BadFile, BadSetting, BadValue
from calque.models.folder import open_model, open_tokenizer
from calque.models.fresh_translator import fresh_translator
from calque.models.running import Running, run_as
from calque.models.translate import translate
from calque.models.translating import open_translator
from calque.models.tune_translator import tune_translator
from calque.roles import rewriter
from calque.synthetic import family as made_family
from calque.values import Bitext, Texts
from calque.values.copied import in_language
from calque.vocabulary.byte_pairs import byte_pairs
from calque.vocabulary.split import split
from calque.vocabulary.spoken import spoken
from calque.vocabulary.train import train as wordpiece
from calque.vocabulary.unigram import unigram
from calque.workspace import working_in

torch.set_num_threads(1)
FAMILY = made_family(
    languages=1, concepts=40, topics=2, overlap=0, morphology="isolating", articles=False
).clone("qaa")
PAIRS = [("one two", "un deux"), ("two", "deux"), ("one", "un"), ("three one", "trois un")] * 5
SIDES = [Texts.of([a for a, _ in PAIRS], "eng"), Texts.of([b for _, b in PAIRS], "fra")]
BITEXT = Bitext.of(PAIRS, "eng", "fra")


@pytest.fixture(autouse=True)
def _results_below_the_test(tmp_path_factory):
    with working_in(tmp_path_factory.mktemp("step")):
        yield


def pooled(*texts):
    return Texts.of([line for one in texts for line in one], "mul", tokenized=True)


def small(vocabulary=None, languages=("eng", "fra"), **settings):
    words = vocabulary or unigram(pooled(*SIDES), size=200)
    settings = {"width": 32, "layers": 1, "longest": 32} | settings
    return fresh_translator(words, languages=languages, **settings)


@pytest.fixture(scope="module")
def counting(tmp_path_factory):
    """A model that has learned PAIRS both ways."""
    with working_in(tmp_path_factory.mktemp("counting")):
        return tune_translator(small(), [BITEXT], epochs=60, learning_rate=1e-2, smoothing=0)


def test_learns_both_ways_and_plain_transformers_says_the_same(counting):
    for one, other in (SIDES, SIDES[::-1]):
        view = translate(one, counting, language=other.language)
        assert list(view.original) == list(one) and list(view.rewritten) == list(other)
        assert view.rewritten.language == other.language
        scores = view.rewritten.table["score"].to_pylist()
        assert all(-0.5 < score < 0 for score in scores)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(counting.folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(counting.folder)
    inputs = tokenizer([">>fra<<three one"], return_tensors="pt")
    said = model.generate(**inputs, max_new_tokens=20, num_beams=1)
    assert tokenizer.decode(said[0], skip_special_tokens=True).strip() == "trois un"


def test_scores_are_mean_log_probabilities_and_beams_find_no_less(counting):
    texts = Texts.of(["three two", "two one one", "one"], "eng")
    greedy, beam = (translate(texts, counting, language="fra", beams=k) for k in (1, 4))
    found = greedy.rewritten.table["score"].to_pylist()
    own = open_translator(counting, "test")
    for text, said, score in zip(texts, greedy.rewritten, found, strict=True):
        ids = [own.marks["fra"], *_pieces(own, text), own.end]
        written = [*_pieces(own, said), own.end]
        before = torch.tensor([[own.start, *written[:-1]]])
        with torch.inference_mode():
            logits = own.model(input_ids=torch.tensor([ids]), decoder_input_ids=before).logits[0]
        chosen = logits.log_softmax(-1)[torch.arange(len(written)), torch.tensor(written)]
        assert score == pytest.approx(float(chosen.mean()), abs=1e-5)
    # a beam searches by the mean, too
    for one, other in zip(found, beam.rewritten.table["score"].to_pylist(), strict=True):
        assert other >= one - 1e-5


def _pieces(own, text):
    return own.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids


@pytest.mark.slow
def test_a_clone_is_translated_exactly():
    """Words of a language and of its exact clone, in sequences that were never seen."""
    words = list(FAMILY.lexicon("qaa", "qab"))[:12]
    generator = np.random.default_rng(0)
    drawn = [generator.integers(0, 12, generator.integers(1, 6)) for _ in range(1200)]
    lines = [tuple(" ".join(words[k][side] for k in row) for side in (0, 1)) for row in drawn]
    lines = list(dict.fromkeys(lines))
    pairs = Bitext.of(lines[:600], "qaa", "qab", tokenized=True)
    new = Bitext.of(lines[600:], "qaa", "qab", tokenized=True)
    assert len(new) > 100
    start = small(
        wordpiece(pooled(pairs.sources, pairs.targets), size=400), FAMILY.languages, width=64
    )
    made = tune_translator(start, [pairs], epochs=26, learning_rate=6e-3, tokens=256, both=False)
    view = translate(new.sources, made, language="qab")
    exact = sum(a == b for a, b in zip(view.rewritten, new.targets, strict=True))
    assert exact >= 0.95 * len(new)
    assert view.rewritten.tokenized


def test_copies_are_read_and_written_in_their_language():
    texts = [
        Texts.of(["no radio no", "radio"] * 5, "eng"),
        Texts.of(["radio no no", "no"] * 5, "ita"),
    ]
    both = Bitext.of(zip(*texts, strict=True), "eng", "ita")
    words = split(byte_pairs(pooled(*texts), size=300), texts)
    ends = {code: f"⟨{code}⟩" for code in ("eng", "ita")}
    copies = {code: {p for p in words.pieces if p.endswith(end)} for code, end in ends.items()}
    assert len(copies["eng"]) == len(copies["ita"]) > 0
    start = small(words, ["eng", "ita"])
    made = tune_translator(start, [both], epochs=60, learning_rate=1e-2, smoothing=0)
    own = open_translator(made, "test")
    place = in_language(words, "ita")
    for text in texts[1]:  # what its own tokenizer says
        wanted = spoken(words, language="ita").fast.encode(text, add_special_tokens=False).ids
        assert own.place("ita")[_pieces(own, text)].tolist() == wanted
    unwritten = own.unwritten("ita", own=True)
    named = {own.vocabulary.pieces[index] for index in unwritten}
    assert {">>eng<<", ">>ita<<", "[PAD]", "[UNK]"} <= named and "[SEP]" not in named
    for index, piece in enumerate(words.pieces):
        if piece in copies["eng"] or place[index] != index:  # another's copy, or one has its own
            assert index in unwritten
        elif piece not in words.special.values():
            assert index not in unwritten
    view = translate(texts[0], made, language="ita", own=True)
    assert list(view.rewritten) == list(texts[1])
    # an untrained model writes anything, but nothing of another language
    written = []
    with pytest.MonkeyPatch.context() as patch:
        true = transformers.MarianMTModel.generate
        patch.setattr(
            transformers.MarianMTModel,
            "generate",
            lambda *a, **k: written.append(true(*a, **k)) or written[-1],
        )
        translate(texts[0], start, language="ita", own=True)
        translate(texts[0], start, language="ita")
    assert not set(unwritten) & set(written[0][:, 1:].flatten().tolist()) - {own.pad}


def test_odd_and_long_texts(counting, caplog):
    # 12 sentences of one word are longer than 30 pieces
    odd = ["", "one", " \t", "\u200b", "one\ntwo", "שלום 🙂 e\u0301", " ".join(["one"] * 60), ""]
    with caplog.at_level(logging.INFO, logger="calque"):
        view = translate(Texts.of(odd, "eng"), counting, language="fra")
    assert "1 texts are longer than 30 pieces and were translated in parts" in caplog.text
    said, scores = list(view.rewritten), view.rewritten.table["score"].to_pylist()
    assert len(said) == len(odd)
    assert said[0] == said[7] == "" and scores[0] == scores[7] == 0
    assert said[1] == "un"
    assert set(said[6].split()) <= {"un", "deux", "trois"} and len(said[6].split()) > 4
    assert all(score <= 0 for score in scores)
    alone = [translate(Texts.of([text], "eng"), counting, language="fra") for text in odd]
    assert [next(iter(one.rewritten)) for one in alone] == said
    assert len(translate(Texts.of([], "eng"), counting, language="fra")) == 0


@pytest.mark.parametrize("law", rewriter.laws, ids=lambda law: law.__name__)
def test_it_is_a_rewriter(law, counting):
    law(partial(translate, checkpoint=counting, language="fra"), *rewriter.example(0))


def test_pairs_that_do_not_fit_are_left_out(caplog):
    long = " ".join(["one"] * 60)
    more = [("", "un"), ("one", ""), (long, "un"), ("one", long), ("two", "deux")]
    start, kept = small(), Bitext.of([*PAIRS, ("two", "deux")], "eng", "fra")
    one, other = (
        tune_translator(start, [pairs], epochs=1)
        for pairs in (kept, Bitext.of([*PAIRS, *more], "eng", "fra"))
    )
    assert "4 sentence pairs have an empty side or one of more than 30 pieces" in caplog.text
    assert one.fingerprint() == other.fingerprint()
    with pytest.raises(BadValue, match="no sentence pair"):
        tune_translator(start, [Bitext.of(more[:4], "eng", "fra")])
    with pytest.raises(BadValue, match="no sentence pair"):
        tune_translator(start, [])


def test_goes_on_after_a_kill(tmp_path, monkeypatch):
    from calque.models import learned_pairs as module

    true, calls = module.loss, []

    def dying(model, batch, smoothing):
        calls.append(batch)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return true(model, batch, smoothing)

    start, settings = small(), {"epochs": 4, "tokens": 64, "seed": 2}
    whole = tune_translator(start, [BITEXT], **settings)
    with working_in(tmp_path), run_as(Running(save_seconds=0)):
        monkeypatch.setattr(module, "loss", dying)
        with pytest.raises(KeyboardInterrupt):
            tune_translator(start, [BITEXT], **settings)
        on = tune_translator(start, [BITEXT], **settings)
    assert len(calls) > 5 and on.fingerprint() == whole.fingerprint()
    assert whole.fingerprint() != tune_translator(start, [BITEXT], **settings | {"seed": 3})


def test_a_seed_is_a_model():
    one, again, other = (small(seed=seed) for seed in (0, 0, 1))
    assert one.fingerprint() == again.fingerprint() != other.fingerprint()
    model, tokenizer = open_model(one, "translator"), open_tokenizer(one)
    assert model.config.vocab_size == len(tokenizer) == len(unigram(pooled(*SIDES), size=200)) + 2
    assert tokenizer.convert_tokens_to_ids([">>eng<<", ">>fra<<"]) == [
        len(tokenizer) - 2,
        len(tokenizer) - 1,
    ]
    logits = model(
        input_ids=torch.tensor([[1, 2, 3]]), decoder_input_ids=torch.tensor([[0, 5]])
    ).logits
    assert logits.shape == (1, 2, len(tokenizer))


def test_what_will_not_do(tiny, counting):
    one = Texts.of(["one"], "eng")
    with pytest.raises(BadSetting, match="no mark for language 'swh'; it has: eng, fra"):
        translate(one, counting, language="swh")
    with pytest.raises(BadSetting, match="no mark for language 'swh'"):
        tune_translator(counting, [Bitext.of(PAIRS, "eng", "swh")])
    for code in ("en", "eng_Latn"):  # other names of a language
        assert translate(SIDES[1], counting, language=code).rewritten.language == code
    with pytest.raises(BadFile, match="holds a BertForMaskedLM, which does not translate"):
        translate(one, tiny("bert", "masked"), language="eng")
    with pytest.raises(BadSetting, match="beams must be at least 1"):
        translate(one, counting, language="fra", beams=0)
    for settings in ({"tokens": 0}, {"smoothing": 1}):
        with pytest.raises(BadSetting, match=r"tokens must be|smoothing must lie"):
            tune_translator(counting, [BITEXT], **settings)
    for settings in ({"width": 40}, {"longest": 4}, {"languages": []}, {"languages": ["a", "a"]}):
        with pytest.raises(BadSetting, match=r"multiple of 32|each once"):
            small(**settings)
    with pytest.raises(BadSetting, match="cannot be the code"):
        small(languages=["a<b"])
