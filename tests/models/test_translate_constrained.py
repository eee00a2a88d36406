from itertools import product

import numpy as np
import pyarrow as pa
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from calque.errors import BadSetting
from calque.models.fresh_translator import fresh_translator
from calque.models.translate import translate
from calque.models.translate_constrained import NOT_FOUND, TOO_LONG, translate_constrained
from calque.synthetic import family
from calque.values import Texts, Vocabulary
from calque.vocabulary.byte_pairs import byte_pairs

MADE = family(languages=2, concepts=40, topics=2, seed=1)
TEXTS = MADE.texts("qaa", 6, of="questions")


@pytest.fixture(scope="module")
def model():
    """Weights are random: what it says is nothing, but what it must say it must."""
    vocabulary = byte_pairs(MADE.texts("qaa", 100), size=400)
    return fresh_translator(vocabulary, languages=["qaa", "qab"], width=32, layers=1, longest=48)


def asking(phrases):
    column = pa.array(phrases, pa.list_(pa.string()))
    return Texts(
        TEXTS.take(range(len(phrases))).table.append_column("constraints", column), "qaa", True
    )


def test_every_translation_holds_its_phrases(model):
    phrases = [["Ankara bo"], [], ["xyz", "7"], None, ["", "été"], ["a a"]]
    view = translate_constrained(asking(phrases), model, language="qab", beams=2)
    for own, said in zip(phrases, view.rewritten, strict=True):
        assert all(phrase in said for phrase in own or ())
    assert set(view.rewritten.table["trouble"].to_pylist()) == {""}
    assert view.rewritten.language == "qab" and list(view.original) == list(TEXTS)
    scores = np.array(view.rewritten.table["score"].to_pylist())
    assert (scores < 0).all()


def test_without_phrases_one_beam_is_greedy(model):
    ours = translate_constrained(TEXTS, model, language="qab", beams=1)
    theirs = translate(TEXTS, model, language="qab", beams=1)
    for one, other in zip(ours.rewritten, theirs.rewritten, strict=True):
        long = min(len(one), len(other)) - 4  # cut off at lengths of their own, within a character
        assert long > 20 and one[:long] == other[:long]
    scores = [one.rewritten.table["score"].to_pylist() for one in (ours, theirs)]
    np.testing.assert_allclose(*scores, atol=0.1)  # one that was cut off has no end to count


def test_what_cannot_be_is_said(model, caplog):
    texts = Texts(
        pa.table({"text": ["", "w " * 100, "a"], "constraints": [["x"], ["x"], ["x" * 90]]}), "qaa"
    )
    view = translate_constrained(texts, model, language="qab")
    assert list(view.rewritten) == ["", "", ""]
    assert view.rewritten.table["trouble"].to_pylist() == ["", TOO_LONG, NOT_FOUND]
    assert "2 of 3 texts have no translation" in caplog.text
    with pytest.raises(BadSetting, match="beams must be at least 1"):
        translate_constrained(texts, model, language="qab", beams=0)
    assert len(translate_constrained(texts.take([]), model, language="qab")) == 0


def few_words():
    """A vocabulary of three words."""
    pieces = {"[PAD]": 0, "[UNK]": 1, "[SEP]": 2, "a": 3, "b": 4, "c": 5}
    cutter = Tokenizer(WordLevel(pieces, unk_token="[UNK]"))
    cutter.pre_tokenizer = WhitespaceSplit()
    cutter.add_special_tokens(["[PAD]", "[UNK]", "[SEP]"])
    return Vocabulary(cutter.to_str(), {"pad": "[PAD]", "unk": "[UNK]", "sep": "[SEP]"})


@torch.inference_mode()
def every_translation(checkpoint, source, most):
    """All sequences of the three words that end, and the log probability that the model itself gives each."""
    from transformers import AutoTokenizer, MarianMTModel

    model = MarianMTModel.from_pretrained(checkpoint.folder).eval()
    cutter = AutoTokenizer.from_pretrained(checkpoint.folder)
    ids = cutter(f">>qab<< {source}", add_special_tokens=False)["input_ids"]
    asked, end = torch.tensor([[*ids, 2]]), 2
    never = [k for k in range(model.config.vocab_size) if k not in (end, 3, 4, 5)]
    found = {}
    for length in range(most):
        rows = torch.tensor(list(product((3, 4, 5), repeat=length)), dtype=torch.long)
        before = torch.cat([torch.zeros(len(rows), 1, dtype=torch.long), rows], dim=1)
        logits = model(
            input_ids=asked.expand(len(rows), -1), decoder_input_ids=before
        ).logits.log_softmax(-1)
        assert never and int(before[0, 0]) == model.config.decoder_start_token_id
        after = torch.cat([rows, torch.full((len(rows), 1), end)], dim=1)
        scores = logits.gather(2, after[:, :, None]).sum((1, 2)).tolist()
        found |= {
            " ".join("abc"[k - 3] for k in row): score
            for row, score in zip(rows.tolist(), scores, strict=True)
        }
    return found


@pytest.mark.parametrize("seed", [0, 1])
def test_on_a_tiny_model_it_finds_the_likeliest_of_all_translations_with_their_phrases(seed):
    """Every translation of at most six words, 1,093 of them, scored by transformers."""
    made = fresh_translator(few_words(), languages=["qaa", "qab"], width=32, layers=1, longest=8, seed=seed)  # fmt: skip
    phrases = [[], ["b"], ["c a"], ["a", "b c"], ["b b", "c"]]
    texts = Texts(
        pa.table({"text": ["a c"] * 5, "constraints": pa.array(phrases, pa.list_(pa.string()))}),
        "qaa",
    )
    view = translate_constrained(texts, made, language="qab", beams=2000)
    every = every_translation(made, "a c", 7)
    assert len(every) == 1093
    for own, said, score in zip(
        phrases, view.rewritten, view.rewritten.table["score"].to_pylist(), strict=True
    ):
        held = [one for one in every if all(f" {p} " in f" {one} " for p in own)]
        best = max(held, key=every.__getitem__)
        assert said == best
        assert score == pytest.approx(every[best] / (len(best.split()) + 1), abs=1e-4)
