"""Tokenizers that mark the ends of words, as the first GPT and CLIP have it, and those that mark insides."""

import json

import numpy as np
import pytest
from small_tokenizers import byte_level, ended, sentencepiece, unigram, wordpiece
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.errors import BadValue
from calque.values import Lexicon, Texts, Vocabulary
from calque.vocabulary.extend import extend
from calque.vocabulary.merge_rules import merge_rules
from calque.vocabulary.merged import merged
from calque.vocabulary.merges import merges
from calque.vocabulary.split import split
from calque.vocabulary.spoken import spoken
from calque.vocabulary.surface import surface
from calque.vocabulary.translated import translated
from calque.vocabulary.trim import trim

LETTERS = "abcdstéo,"
PLAIN = ended(["a t", "a t</w>", "c at</w>", "c at", "d o", "cat s</w>"], LETTERS)
BYTES = ended(["a t", "a t</w>", "c at</w>", "c at", "d o", "cat s</w>"], "", in_bytes=True)
BOTH = pytest.mark.parametrize("old", [PLAIN, BYTES], ids=["letters", "bytes"])


def prefixed(pieces, merge):
    """BPE that marks what goes on inside a word."""
    model = models.BPE(
        {piece: k for k, piece in enumerate(["<unk>", *pieces])}, merge, unk_token="<unk>",
        continuing_subword_prefix="##",
    )  # fmt: skip
    cutter = Tokenizer(model)
    cutter.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return Vocabulary(cutter.to_str(), {"unk": "<unk>"})


@BOTH
@pytest.mark.parametrize(
    "new",
    [wordpiece(["cat", "cats"], ["at", "doa"]), unigram(["▁cat", "▁cats", "at", "doa"])],
    ids=["wordpiece", "unigram"],
)
def test_what_ends_a_word_is_the_word_and_the_rest_lies_inside(old, new):
    mixture = merges(old, new)
    cat, cats, at, doa = new.pieces[-4:]
    assert mixture.origins(cat) == [("cat</w>", 1.0)] and mixture.origins(cats) == [
        ("cats</w>", 1.0)
    ]
    assert mixture.origins(at) == [("at", 1.0)]
    assert dict(mixture.origins(doa)) == {"do": 0.5, "a": 0.5}
    assert surface(old, new).origins(cat) == [("cat</w>", 1.0)]
    assert surface(old, new).origins(at) == [("at", 1.0)]


@BOTH
def test_pieces_that_end_a_word_are_made_of_whole_words_of_others(old):
    word = merges(wordpiece(["cat", "d"], ["at", "s", "o"]), old)
    assert word.origins("cat</w>") == [("cat", 1.0)] and word.origins("at") == [("##at", 1.0)]
    assert dict(word.origins("cats</w>")) == {"cat": 0.5, "##s": 0.5}
    assert dict(merges(byte_level(["Ġ c", "a t", "Ġc at"]), old).origins("cat</w>")) == {
        "Ġcat": 1.0
    }


def test_one_that_marks_ends_for_another():
    mixture = merges(PLAIN, BYTES)
    for piece in ("cat</w>", "cat", "cats</w>", "do", "s</w>", "s"):
        assert mixture.origins(piece) == [(piece, 1.0)]
    assert mixture.origins("Ã</w>") == [] and mixture.origins(",</w>") == [(",</w>", 1.0)]
    assert dict(merges(BYTES, PLAIN).origins("é</w>")) == {"Ã": 0.5, "©</w>": 0.5}


def test_words_of_a_lexicon_are_cut_with_their_ends():
    found = translated(PLAIN, BYTES, Lexicon.of([("cats", "dot", 1.0)], "eng", "qaa"), surface=0.0)
    assert found.origins("t</w>") == [("cats</w>", 1.0)] == found.origins("do")


@BOTH
def test_extended_and_old_text_is_cut_as_before(old):
    other = byte_level(["d o", "do a", "Ġ doa", "c o", "Ġ co"])
    new = extend(old, other, Texts.of([" doa co", "scot doa"]), Texts.of(["do cats"]), most=9)
    assert new.pieces[: len(old)] == old.pieces
    for text in ("cats at do", "cat, dots"):
        assert new.fast.encode(text).ids == old.fast.encode(text).ids
    assert new.fast.encode("doa co").tokens == ["doa</w>", "co</w>"]
    assert surface(old, new).known[: len(old)].sum() == len(old)


@BOTH
def test_trimmed_and_what_is_left_is_cut_as_before(old):
    new = trim(old, [Texts.of(["cats at"])], least=0.01)
    assert not {"do", "cat</w>"} & set(new.pieces) and "cats</w>" in new.pieces
    for text in ("cats at", "s a t", "ata"):
        assert new.fast.encode(text).tokens == old.fast.encode(text).tokens


@BOTH
def test_shared_pieces_get_copies(old):
    texts = [Texts.of(["cats at cat"], "eng"), Texts.of(["cats do at"], "swh")]
    made = split(old, texts)
    own = spoken(made, language="swh").fast.encode("cats do")
    assert own.ids[0] == made.pieces.index("cats</w>⟨swh⟩")
    assert made.fast.decode(own.ids) == "cats do"


def test_united_with_its_like_alone():
    more = ended(["d o", "do t</w>"], LETTERS)
    made = merged([PLAIN, more])
    assert made.fast.encode("dot cats").tokens == ["dot</w>", "cats</w>"]
    with pytest.raises(BadValue, match="BPE with </w>"):
        merged([PLAIN, sentencepiece([], "ab")])


def test_marks_within_words():
    letters = [*"catdo", *(f"##{letter}" for letter in "catdo")]
    old = prefixed([*letters, "##at", "cat"], [("##a", "##t"), ("c", "##at")])
    assert old.readings[-2:] == ("at", "▁cat")
    assert surface(old, wordpiece(["cat"], ["at"])).matrix.nnz == 3
    assert dict(merges(old, unigram(["▁cato", "oat"])).origins("▁cato")) == {"cat": 0.5, "##o": 0.5}
    assert dict(merges(old, unigram(["oat"])).origins("oat")) == {"##o": 0.5, "##at": 0.5}
    new = extend(old, wordpiece(["cato"], ["toa"]), most=9)
    assert new.fast.encode("cato ctoa cat").tokens == ["cato", "c", "##toa", "cat"]
    assert trim(old, [Texts.of(["cat"])], least=0.5).fast.encode("cat").tokens == ["cat"]
    longer = prefixed([*letters, "##at", "##ato"], [("##a", "##t"), ("##at", "##o")])
    assert dict(merge_rules(old, longer).origins("##ato")) == {"##at": 0.5, "##o": 0.5}
    both = json.loads(merged([old, longer]).tokenizer)["model"]
    assert both["merges"] == [["##a", "##t"], ["c", "##at"], ["##at", "##o"]]


def test_rows_stay_with_their_pieces():
    rows = np.random.default_rng(0).standard_normal((len(BYTES), 3))
    np.testing.assert_array_equal(surface(BYTES, BYTES).apply(rows), rows)
