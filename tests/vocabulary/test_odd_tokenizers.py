"""What tokenizers of other makes hold: signs, bytes, words that end in a mark, one piece for several roles."""

import json

import pytest
from small_tokenizers import byte_level, sentencepiece, unigram, wordpiece

from calque.errors import BadValue
from calque.roles import mixer
from calque.values import Lexicon, Texts, Vocabulary
from calque.vocabulary.aligned import aligned
from calque.vocabulary.grams import grams
from calque.vocabulary.merged import merged
from calque.vocabulary.merges import merges
from calque.vocabulary.spelled_alike import spelled_alike
from calque.vocabulary.translated import translated
from calque.vocabulary.unknown import unknown
from calque.vocabulary.words import words


@pytest.mark.parametrize(
    "new", [unigram(["▁a", ",", ".", ",cat", "北京", "cat"]), byte_level(["c a"])]
)
def test_signs_and_chinese_begin_a_word_of_their_own_in_wordpiece(new):
    old = wordpiece([",", ".", "cat", "北", "京"], ["北", "京", "cat"])
    mixture = merges(old, new)
    wanted = {",": [",", 1.0], ".": [".", 1.0]}
    for piece, origin in wanted.items():
        assert [list(one) for one in mixture.origins(piece)] == [origin]
    if "北京" in new.pieces:
        assert sorted(piece for piece, _ in mixture.origins("北京")) == ["京", "北"]
        assert sorted(piece for piece, _ in mixture.origins(",cat")) == [",", "cat"]
        assert mixture.origins("cat") == [("##cat", 1.0)]  # without a mark, inside a word


def test_a_piece_of_several_roles_is_what_ends_a_text_rather_than_padding():
    old, _ = mixer.example(0)
    end = byte_level([])
    several = Vocabulary(end.tokenizer, {"pad": "<|end|>", "unk": "<|end|>", "bos": "<|end|>"})
    assert unknown(old, several).origins("<|end|>") == [("[CLS]", 1.0)]


def test_what_reads_as_unknown_is_no_translation():
    old, new = wordpiece(["the"], ["a"]), wordpiece(["theluji"])
    snow = Lexicon.of([("snow", "theluji", 1.0)], "eng", "swh")
    assert translated(old, new, snow).origins("theluji") == []


def test_bytes_are_no_letters():
    old, new = (
        wordpiece(["0", "x", "<"], ["0", "x", "E", "1"]),
        sentencepiece([], "x", fallback=True),
    )
    filled = spelled_alike(old, new, [merges(old, new)])
    assert filled.origins("<0xE1>") == []
    spelling = grams(new, shortest=1, longest=3, shared=1)
    assert not spelling.known[new.pieces.index("<0xE1>")]


def test_a_role_without_a_piece_is_borne():
    old = wordpiece(["cat"])
    named = Vocabulary(old.tokenizer, {"unk": "[UNK]", "pad": "<nope>"})
    assert aligned(named, wordpiece(["cat"]), Texts.of(["cat"])).origins("cat") == [("cat", 1.0)]


def test_scores_that_are_no_probabilities_are_refused():
    texts = Texts.of(["Donaudampfschifffahrtsgesellschaft fuhr", "fuhr"])
    with pytest.raises(BadValue, match=r"of tokenizer 0 has the score .*; log-probabilities"):
        merged([words(texts), words(texts)])
    rare = unigram(["▁a"])
    state = json.loads(rare.tokenizer)
    state["model"]["vocab"][1][1] = -2000.0  # its exponential is 0 to a computer
    low = Vocabulary(json.dumps(state), rare.special)
    scores = dict(map(tuple, json.loads(merged([low, low]).tokenizer)["model"]["vocab"]))
    assert scores["▁a"] == pytest.approx(-2000.0)
