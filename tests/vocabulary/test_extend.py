"""New pieces are added; what was there keeps its ids, and old text its cut."""

import json

import numpy as np
import pytest
from made_tokenizers import KINDS, bert, gpt2, llama, xlmr
from small_tokenizers import wordpiece
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.values import Texts, Vocabulary
from calque.vocabulary.extend import extend


def lines(language, split="train"):
    return [sentence.text for sentence in sentences(language, split)][:200]


ENGLISH, HELD = lines("eng"), lines("eng", "test")


def ids(vocabulary, texts):
    return [encoding.ids for encoding in vocabulary.fast.encode_batch(texts)]


def count(vocabulary, texts):
    return sum(map(len, ids(vocabulary, texts)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("target", ["hin", "swh"])
def test_old_ids_stay_and_kept_text_is_cut_as_before(kind, target):
    foreign = lines(target)
    old, other = KINDS[kind](ENGLISH, 700), KINDS[kind](foreign, 700)
    new = extend(old, other, Texts.of(foreign), Texts.of(ENGLISH), most=300)
    assert new.pieces[: len(old)] == old.pieces
    assert len(old) + 200 <= len(new) <= len(old) + 300
    assert new.special == old.special
    assert [new.special_id(role) for role in new.special] == [
        old.special_id(role) for role in old.special
    ]
    assert ids(new, ENGLISH) == ids(old, ENGLISH)
    same = [a == b for a, b in zip(ids(new, HELD), ids(old, HELD), strict=True)]
    # another script leaves it as it is; Swahili words that no kept text shows may be English ones
    assert np.mean(same) == 1 if target == "hin" else np.mean(same) > 0.7
    unknown, held = old.special_id("unk"), lines(target, "test")
    before = [row.count(unknown) for row in ids(old, held)]
    after = [row.count(unknown) for row in ids(new, held)]
    if sum(before) > 100:
        assert sum(after) < 0.05 * sum(before)
    else:
        assert count(new, held) < 0.85 * count(old, held)


def test_word_pieces_by_hand():
    old = _wordpiece(["[UNK]", "a", "##b"])
    other = _wordpiece(["[UNK]", "xy", "##b", "##yz", "a", "c"])
    new = extend(old, other, most=5)
    # the letters that the old one lacks, at the beginning and within, come before longer pieces
    assert new.pieces == ("[UNK]", "a", "##b", "##x", "x", "##y", "y", "##z")
    counted = extend(old, other, Texts.of(["xyb xyb c cyz"]), most=5)
    assert counted.pieces[3:] == ("##y", "y", "xy", "c", "##x")  # seen 3, 3, 2, 2 and 2 times


def test_scores_lie_below_the_rarest_and_keep_their_order():
    old = _unigram([("<unk>", 0.0), ("▁", -2.0), ("a", -3.0), ("b", -5.0)])
    other = _unigram([("<unk>", 0.0), ("bb", -4.0), ("ab", -1.0)])
    new = extend(old, other, most=2)
    scored = json.loads(new.tokenizer)["model"]["vocab"]
    assert [piece for piece, _ in scored[4:]] == ["ab", "bb"]
    assert [score for _, score in scored[4:]] == [-6.0, -6.5]
    # in place of a and b (-8) comes ab (-6), in place of ▁ and a (-5) comes nothing
    assert new.fast.encode("ab a").tokens == ["▁", "ab", "▁", "a"]


def test_merges_lead_to_every_new_piece_in_the_order_of_the_other():
    old = _pairs("abcd", [("a", "b")])
    other = _pairs("abcd", [("b", "c"), ("a", "bc"), ("abc", "d")])
    new = extend(old, other, most=9)
    # the old merge comes first, so that abc is made of ab and c
    merges = [tuple(pair) for pair in json.loads(new.tokenizer)["model"]["merges"]]
    assert merges == [("a", "b"), ("b", "c"), ("ab", "c"), ("abc", "d")]
    for word in ("bc", "abc", "abcd"):
        assert new.fast.encode(word).tokens == [word]
    assert new.fast.encode("ab").ids == old.fast.encode("ab").ids


def test_a_merge_too_many_for_the_room_is_left_out():
    old = _pairs("abcde", [])
    other = _pairs("abcde", [("a", "b"), ("ab", "c"), ("d", "e")])
    assert extend(old, other, Texts.of(["abc", "abc", "de"]), most=1).pieces[5:] == ("de",)


@pytest.mark.parametrize("make", [xlmr, gpt2, bert, llama])
def test_kinds_may_differ(make):
    foreign = ["घर घर घर में घरों में", "पानी पानी में"] * 9
    old = make(ENGLISH, 600)
    for other in (bert(foreign, 90), xlmr(foreign, 60), gpt2(foreign, 400)):
        new = extend(old, other, Texts.of(foreign), most=40)
        assert new.pieces[: len(old)] == old.pieces
        assert ids(new, HELD) == ids(old, HELD)
        unknown = old.special_id("unk")
        before, after = (v.fast.encode("घर में").ids for v in (old, new))
        if make in (bert, xlmr):  # nothing of it was known, so there was nothing to join
            assert unknown in before and unknown not in after
        else:
            assert len(after) < len(before)
        assert any(k >= len(old) for k in after)
        assert new.fast.decode(new.fast.encode("घर में").ids).strip() == "घर में"


def test_pieces_that_can_never_be_met_are_left_out():
    old = bert(ENGLISH, 300)
    other = xlmr(["Ruiz RUIZ Ruiz RUIZ"] * 9, 40)
    assert not [p for p in extend(old, other, most=50).pieces[len(old) :] if p != p.lower()]


def test_signs_are_added_as_they_are_met_and_not_twice():
    shown = _unigram([("<unk>", 0.0), (",", -1.0), ("▁;", -2.0), ("北", -3.0), ("▁!", -4.0)])
    words = wordpiece([",", "."])
    assert extend(words, shown, most=9).pieces[4:] == (";", "北", "!")
    assert extend(shown, words, most=9).pieces[5:] == (".",)


def test_is_deterministic_and_may_have_nothing_to_add():
    old, other = bert(ENGLISH, 300), bert(lines("swh"), 300)
    first = extend(old, other, Texts.of(lines("swh")), most=50)
    assert extend(old, other, Texts.of(lines("swh")), most=50).tokenizer == first.tokenizer
    assert extend(old, old, most=50).pieces == old.pieces


def test_refuses_what_it_cannot_do():
    old = bert(ENGLISH, 300)
    with pytest.raises(BadSetting, match="most"):
        extend(old, old, most=0)
    with pytest.raises(BadValue, match="no pieces but special"):
        extend(old, _wordpiece(["[UNK]"]))
    words = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1}, unk_token="[UNK]"))
    with pytest.raises(BadValue, match="WordLevel"):
        extend(Vocabulary(words.to_str(), {"unk": "[UNK]"}), old)


def _wordpiece(pieces):
    tokenizer = Tokenizer(models.WordPiece({p: k for k, p in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[UNK]"])
    return Vocabulary(tokenizer.to_str(), {"unk": "[UNK]"})


def _unigram(scored):
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=0, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(["<unk>"])
    return Vocabulary(tokenizer.to_str(), {"unk": "<unk>"})


def _pairs(letters, merges):
    vocab = {piece: k for k, piece in enumerate([*letters, *(a + b for a, b in merges)])}
    tokenizer = Tokenizer(models.BPE(vocab, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return Vocabulary(tokenizer.to_str(), {})
