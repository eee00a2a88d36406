"""What is kept is cut as before, by every kind of tokenizer."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_tokenizers import KINDS, bert, gpt2, llama, xlmr
from tokenizers import Tokenizer, models, processors

from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.values import Texts, Vocabulary
from calque.vocabulary.surgery import subset
from calque.vocabulary.trim import trim

LINES = {
    code: [one.text for one in sentences(code, "train")][:80] for code in ("eng", "swh", "hin")
}
ALL = [line for lines in LINES.values() for line in lines]
MADE = {name: make(ALL, 1200) for name, make in KINDS.items()}


def tokens(vocabulary, texts):
    return [encoding.tokens for encoding in vocabulary.fast.encode_batch(texts)]


def untouched(before, after, texts):
    """Texts whose pieces are all kept, of which every one must have its old cut."""
    kept, count = set(after.pieces), 0
    for one, other in zip(tokens(before, texts), tokens(after, texts), strict=True):
        if set(one) <= kept:
            count += 1
            assert one == other
    return count


@pytest.mark.parametrize("kind", KINDS)
def test_used_pieces_stay_and_their_text_is_cut_as_before(kind):
    old = MADE[kind]
    new = trim(old, [Texts.of(LINES["eng"]), Texts.of(LINES["swh"])], least=1e-6)
    assert len(new) < 0.95 * len(old)
    assert "" not in new.pieces
    assert tokens(new, LINES["eng"]) == tokens(old, LINES["eng"])
    assert tokens(new, LINES["swh"]) == tokens(old, LINES["swh"])
    for role in old.special:
        assert new.pieces[new.special_id(role)] == old.special[role]
    held = [one.text for code in ("eng", "swh") for one in sentences(code, "test")]
    assert untouched(old, new, held) > 10
    # nothing becomes unknown: single characters of Hindi stay, byte kinds have their bytes
    unknown = old.special_id("unk")
    if unknown is not None:
        before = sum(e.ids.count(unknown) for e in old.fast.encode_batch(LINES["hin"]))
        after = sum(e.ids.count(new.special_id("unk")) for e in new.fast.encode_batch(LINES["hin"]))
        assert after == before


@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_special_pieces_around_texts_move_along(kind):
    old, new = MADE[kind], trim(MADE[kind], [Texts.of(LINES["swh"])], least=1e-3)
    for vocabulary in (old, new):
        encoding = vocabulary.fast.encode("habari", "ya leo <mask>")
        assert [vocabulary.pieces[k] for k in encoding.ids] == [t.strip() for t in encoding.tokens]
    around = [t for t in tokens(old, ["habari"])[0] if t in old.special.values()]
    assert [t for t in tokens(new, ["habari"])[0] if t in old.special.values()] == around
    assert (new.fast.encode("a <mask>").ids[-2] == new.special_id("mask")) == (kind == "xlmr")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.sampled_from([0.05, 0.5, 0.95]))
def test_whatever_is_removed_the_rest_is_cut_as_before(kind, seed, share):
    old = MADE[kind]
    generator = np.random.default_rng(seed)
    wanted = generator.random(len(old)) < share
    if share < 0.9:  # enough pieces that some texts avoid what goes
        lines = [ALL[k] for k in generator.choice(len(ALL), 30)]
        wanted[[k for e in old.fast.encode_batch(lines) for k in e.ids]] = True
    assert untouched(old, subset(old, wanted, "trim"), ALL) > 0 or share > 0.9


def test_merges_on_the_way_stay_and_others_go():
    merges = [("a", "b"), ("ab", "c"), ("b", "c"), ("a", "bc"), ("c", "c")]
    vocab = {piece: k for k, piece in enumerate(["a", "b", "c", "ab", "abc", "bc", "cc"])}
    old = Vocabulary(Tokenizer(models.BPE(vocab, merges)).to_str(), {})
    new = trim(old, [Texts.of(["abc", "abc"])], least=0.1)
    # abc may come about through ab or through bc; nothing needs cc
    assert new.pieces == ("a", "b", "c", "ab", "abc", "bc")
    assert json.loads(new.tokenizer)["model"]["merges"] == [list(pair) for pair in merges[:4]]


def test_added_tokens_between_and_behind_pieces_and_gaps():
    model = models.WordPiece({"[UNK]": 0, "a": 1, "x": 2, "b": 7}, unk_token="[UNK]")
    tokenizer = Tokenizer(model)
    tokenizer.add_tokens(["word"])
    tokenizer.add_special_tokens(["[CLS]", "[SEP]"])
    pair = [("[SEP]", tokenizer.token_to_id("[SEP]")), ("[CLS]", tokenizer.token_to_id("[CLS]"))]
    tokenizer.post_processor = processors.Sequence([processors.BertProcessing(*pair)])
    old = Vocabulary(tokenizer.to_str(), {"unk": "[UNK]", "cls": "[CLS]"})
    assert "" in old.pieces
    new = subset(old, np.array([piece == "b" for piece in old.pieces]), "trim")
    assert sorted(new.pieces) == ["[CLS]", "[SEP]", "[UNK]", "b", "word"]
    assert new.fast.encode("b").tokens == ["[CLS]", "b", "[SEP]"]
    assert [new.pieces[k] for k in new.fast.encode("b").ids] == ["[CLS]", "b", "[SEP]"]
    assert new.fast.encode("word", add_special_tokens=False).tokens == ["word"]


def test_more_frequent_pieces_alone():
    least = [len(trim(MADE["bert"], [Texts.of(LINES["eng"])], least=x)) for x in (0, 1e-4, 1e-2)]
    assert least[0] == len(MADE["bert"]) > least[1] > least[2]


@pytest.mark.parametrize("make", [bert, xlmr, gpt2, llama])
def test_is_deterministic_and_trims_what_it_trimmed(make):
    old, texts = MADE[make.__name__], [Texts.of(LINES["eng"])]
    new = trim(old, texts, least=1e-4)
    assert trim(old, texts, least=1e-4).tokenizer == new.tokenizer
    assert len(trim(new, texts, least=1e-6)) == len(new)


def test_refuses_what_it_cannot_do():
    with pytest.raises(BadSetting, match="least"):
        trim(MADE["bert"], [Texts.of(["a"])], least=2)
    with pytest.raises(BadValue, match="no pieces"):
        trim(MADE["bert"], [Texts.of(["", " "])])
    words = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1}, unk_token="[UNK]"))
    with pytest.raises(BadValue, match="WordLevel"):
        trim(Vocabulary(words.to_str(), {"unk": "[UNK]"}), [Texts.of(["a"])])
