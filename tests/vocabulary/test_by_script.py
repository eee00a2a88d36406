"""Pieces of unused scripts go; a model reads what is left bit for bit as before."""

from collections import Counter

import numpy as np
import pytest
import torch
import transformers
from made_tokenizers import KINDS, xlmr

from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.languages.scripts import script_shares
from calque.models.folder import open_tokenizer
from calque.models.swap import swap
from calque.models.vocabulary import vocabulary as read
from calque.values import Checkpoint, Texts
from calque.vocabulary.by_script import by_script
from calque.vocabulary.surface import surface
from calque.workspace import working_in

LINES = {c: [one.text for one in sentences(c, "train")][:80] for c in ("eng", "swh", "hin", "arb")}
ALL = [line for lines in LINES.values() for line in lines]
SCRIPTS = [
    "eng_Latn",
    "arb_Arab",
    "rus_Cyrl",
    "ell_Grek",
    "heb_Hebr",
    "hin_Deva",
    "ben_Beng",
    "tam_Taml",
    "tel_Telu",
    "sin_Sinh",
    "tha_Thai",
    "khm_Khmr",
    "mya_Mymr",
    "bod_Tibt",
    "zho_Hans",
    "jpn_Jpan",
    "kor_Hang",
    "amh_Ethi",
    "kat_Geor",
    "hye_Armn",
]


@pytest.mark.parametrize("kind", KINDS)
def test_text_in_the_scripts_is_cut_as_before(kind):
    old = KINDS[kind](ALL, 1000)
    new = by_script(old, [Texts.of(LINES["swh"]), Texts.of(LINES["hin"])])
    assert len(new) < 0.95 * len(old)
    for code in ("eng", "swh", "hin"):  # English is in Latin script too
        before, after = (v.fast.encode_batch(LINES[code]) for v in (old, new))
        assert [e.tokens for e in before] == [e.tokens for e in after]
    # of Unigram the rarest piece of all stays; of bytes what is on the way to no whole character
    broken = [reading for reading, text in zip(new.readings, new.texts, strict=True) if not text]
    foreign = [text for text in new.texts if not set(script_shares(text)) <= {"Latn", "Deva"}]
    assert len(foreign) <= 1 or kind == "gpt2"
    assert kind != "gpt2" or all(any(text in one for one in broken) for text in foreign)
    assert {s for text in new.texts for s in script_shares(text)} >= {"Latn", "Deva"}
    assert Counter(s for text in old.texts for s in script_shares(text))["Arab"] > 20
    read = new.fast.encode(LINES["arb"][0], add_special_tokens=False).ids
    if kind in ("bert", "xlmr"):  # every word is unknown; the others have bytes for it
        letters = "".join(new.texts[k] for k in read)
        assert new.special_id("unk") in read and len(script_shares(letters)) == 0
    else:
        assert new.fast.decode(read).strip() == LINES["arb"][0]


def test_scripts_by_name_and_names_in_other_scripts():
    old = xlmr(ALL, 1000)
    texts = [Texts.of([*LINES["swh"], "दिल्ली"])]
    latin = by_script(old, texts)
    # the rarest piece of all stays, whatever its script: what is unknown is priced by it
    assert sum("Deva" in script_shares(piece) for piece in latin.pieces) <= 1
    more = by_script(old, texts, scripts=["Deva"])
    assert len(more) > len(latin)
    assert len(by_script(old, texts, least=1e-9)) == len(more)


def test_logits_of_kept_rows_are_bit_equal(data_folder, tmp_path):
    """An XLM-R of 20 scripts loses 18 of them; what Latin and Ethiopic text gives stays."""
    lines = {code: _sib(data_folder, code) for code in SCRIPTS}
    words = xlmr([line for code in SCRIPTS for line in lines[code][:30]], 3000)
    old = _tiny(words, tmp_path / "old")
    kept = by_script(words, [Texts.of(lines["eng_Latn"]), Texts.of(lines["amh_Ethi"])])
    with working_in(tmp_path):
        new = swap(old, kept, surface(read(old), kept))
    assert len(kept) < 0.25 * len(words)
    rows = [words.pieces.index(piece) for piece in kept.pieces]
    for code in ("eng_Latn", "amh_Ethi"):
        texts = [text for text in lines[code][-40:] if _pieces(words, text) <= set(kept.pieces)]
        assert len(texts) > 30
        np.testing.assert_array_equal(_logits(new, texts), _logits(old, texts)[:, :, rows])
    sizes = [sum(path.stat().st_size for path in model.weights) for model in (old, new)]
    assert sizes[1] < 0.4 * sizes[0]


def test_refuses_what_it_cannot_do():
    old = xlmr(ALL[:50], 300)
    with pytest.raises(BadSetting, match="least"):
        by_script(old, [Texts.of(["a"])], least=0)
    with pytest.raises(BadValue, match="no letters"):
        by_script(old, [Texts.of(["", "12"])])


def _sib(folder, code):
    rows = (folder / "sib-200" / code / "train.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [row.split("\t")[2] for row in rows]


def _pieces(words, text):
    return {words.pieces[k] for k in words.fast.encode(text).ids}


def _tiny(words, folder):
    config = transformers.XLMRobertaConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=48, max_position_embeddings=600, pad_token_id=1, bos_token_id=0,
        eos_token_id=2,
    )  # fmt: skip
    torch.manual_seed(0)
    model = transformers.XLMRobertaForMaskedLM(config).eval()
    torch.nn.init.normal_(model.lm_head.bias)
    model.save_pretrained(folder)
    roles = {f"{role}_token": piece for role, piece in words.special.items()}
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=words.fast, model_input_names=["input_ids", "attention_mask"], **roles
    ).save_pretrained(folder)
    return Checkpoint(folder)


def _logits(checkpoint, texts):
    model = transformers.XLMRobertaForMaskedLM.from_pretrained(checkpoint.folder).eval()
    batch = open_tokenizer(checkpoint)(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        return model(**batch).logits.numpy()
