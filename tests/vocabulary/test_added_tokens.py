"""Tokens added beside a model: they keep their ids, and no text is cut into them that was not before."""

import json

import pytest
from made_tokenizers import bert, xlmr
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from calque.commons import sentences
from calque.values import Texts, Vocabulary
from calque.vocabulary.by_script import by_script
from calque.vocabulary.extend import extend
from calque.vocabulary.merged import merged
from calque.vocabulary.split import split
from calque.vocabulary.transmi import transmi
from calque.vocabulary.trim import trim

LINES = [one.text for one in sentences("eng", "train")][:60]
HINDI = [one.text for one in sentences("hin", "train")][:60]
# the model meets these texts within longer words, or in letters that are read as theirs
TOKENS = [AddedToken("book", single_word=True), AddedToken("the house", normalized=False)]
WITHIN = ["textbooks", "bookish ebook", "thehouse", "the house", "\u1d47ook", *LINES]

SURGERIES = {
    "transmi": transmi,
    "extend": lambda old: extend(old, bert(HINDI, 300), Texts.of(HINDI), Texts.of(WITHIN), most=30),
    "merged": lambda old: merged([old]),
    "split": lambda old: split(old, [Texts.of(LINES, "eng"), Texts.of(LINES, "swh")], most=9),
    "trim": lambda old: trim(old, [Texts.of(WITHIN)], least=1e-9),
    "by_script": lambda old: by_script(old, [Texts.of(LINES)]),
}


@pytest.fixture(scope="module")
def old():
    cutter = Tokenizer.from_str(xlmr([*LINES, *HINDI], 700).tokenizer)
    cutter.add_tokens(TOKENS)
    return Vocabulary(cutter.to_str(), xlmr([*LINES, *HINDI], 700).special)


@pytest.mark.parametrize("surgery", SURGERIES)
def test_no_text_is_cut_into_them_that_was_not_before(old, surgery):
    new = SURGERIES[surgery](old)
    for text in WITHIN:
        if (
            surgery != "transmi" or text in WITHIN[:5]
        ):  # it cuts Latin text anew, but not into these
            tokens = [
                encoding.tokens for encoding in (old.fast.encode(text), new.fast.encode(text))
            ]
            count = [[t for t in own if t in ("book", "the house")] for own in tokens]
            assert count[0] == count[1]
        if surgery != "transmi":
            assert tokens[0] == tokens[1]
    assert (
        new.fast.encode("a book <mask>").tokens[2:4] == old.fast.encode("a book <mask>").tokens[2:4]
    )
    if surgery not in ("trim", "by_script"):
        assert new.pieces[: len(old)] == old.pieces


def test_the_rarest_piece_by_which_new_ones_are_priced_is_one_of_the_model():
    scored = [("<unk>", 0.0), ("▁", -2.0), ("a", -3.0), ("b", -5.0)]
    cutter = Tokenizer(models.Unigram(scored, unk_id=0))
    cutter.pre_tokenizer = pre_tokenizers.Metaspace()
    cutter.add_special_tokens(["<unk>"])
    cutter.add_tokens(["aab"])
    old = Vocabulary(cutter.to_str(), {"unk": "<unk>"})
    other = Tokenizer(models.Unigram([("<unk>", 0.0), ("bb", -1.0)], unk_id=0))
    other.pre_tokenizer = pre_tokenizers.Metaspace()
    made = extend(old, Vocabulary(other.to_str(), {"unk": "<unk>"}), most=1)
    vocab = dict(map(tuple, json.loads(made.tokenizer)["model"]["vocab"]))
    assert vocab["bb"] == -6.0 and vocab["aab"] == pytest.approx(-11.001)


def test_what_is_unknown_costs_as_much_as_before_where_that_tells():
    """☃ is no piece, but part of one: its price decides between a☃ and a, unknown."""
    scored = [("<unk>", 0.0), ("▁", -1.0), ("a", -2.0), ("a☃", -25.0), ("b", -14.0)]
    cutter = Tokenizer(models.Unigram(scored, unk_id=0))
    cutter.pre_tokenizer = pre_tokenizers.Metaspace()
    cutter.add_tokens(["zzz"])
    old = Vocabulary(cutter.to_str(), {"unk": "<unk>"})
    for text in ("a☃", "zz☃", "ab"):
        assert merged([old]).fast.encode(text).ids == old.fast.encode(text).ids


def test_an_added_piece_wins_over_one_of_the_same_number():
    cutter = Tokenizer(models.BPE({"a": 0, "b": 1, "c": 3}, []))  # what is added becomes the third
    cutter.add_special_tokens(["<s>"])
    read = Vocabulary(cutter.to_str(), {"bos": "<s>"})
    assert cutter.token_to_id("<s>") == 3
    assert read.pieces == ("a", "b", "", "<s>")
    assert read.readings[3] == ""
