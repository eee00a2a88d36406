"""What pieces read, under the marks of every kind of tokenizer, and how a reading is written."""

import json

import pytest
from small_tokenizers import byte_level, ended, sentencepiece, unigram, wordpiece
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from calque.errors import BadValue
from calque.values import Vocabulary
from calque.values.marks import as_bytes, byte_letters, spelled, unlettered

KINDS = {
    "wordpiece": wordpiece(["cat", "[", "##"], ["cat", "s", "##"]),
    "unigram": unigram(["▁cat", "cat", "s", "▁[", "▁"]),
    "sentencepiece": sentencepiece(["▁ c", "a t", "▁c at"], "cats[", fallback=True),
    "byte_level": byte_level(["Ġ c", "a t", "Ġc at", "Ã ©", "Ġ Ã©"]),
    "ended": ended(["a t", "a t</w>", "c at</w>"], "cats["),
    "ended bytes": ended(["Ã ©", "Ã ©</w>", "c a", "ca t</w>"], "", in_bytes=True),
}


def readings(vocabulary):
    return dict(zip(vocabulary.pieces, vocabulary.readings, strict=True))


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (
            "wordpiece",
            {"cat": "▁cat", "##cat": "cat", "##s": "s", "[": "▁[", "####": "##", "[UNK]": ""},
        ),
        ("wordpiece", {"##": "▁##", "[PAD]": ""}),
        ("unigram", {"▁cat": "▁cat", "cat": "cat", "▁[": "▁[", "▁": "▁", "<unk>": ""}),
        ("sentencepiece", {"▁cat": "▁cat", "at": "at", "<0xC3>": "\udcc3", "<0x41>": "\udc41"}),
        ("byte_level", {"Ġcat": "▁cat", "at": "at", "Ã": "\udcc3", "ĠÃ©": "▁é", "<|end|>": ""}),
        ("ended", {"cat</w>": "cat▁", "at": "at", "s</w>": "s▁", "s": "s", "<unk>": ""}),
        (
            "ended bytes",
            {"Ã©": "é", "Ã©</w>": "é▁", "Ã</w>": "\udcc3▁", "cat</w>": "cat▁", "a": "a"},
        ),
    ],
)
def test_what_pieces_read(kind, wanted):
    found = readings(KINDS[kind])
    assert {piece: found[piece] for piece in wanted} == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_piece_reads_is_written_as_that_piece(kind):
    """But for lone bytes, and for spaces, which a tokenizer that marks ends never meets."""
    vocabulary = KINDS[kind]
    for piece, text in zip(vocabulary.pieces, vocabulary.texts, strict=True):
        assert not text.strip("▁") or vocabulary.marks.write(text) == piece


def test_lone_bytes_in_texts_and_spellings():
    found = dict(zip(KINDS["byte_level"].pieces, KINDS["byte_level"].texts, strict=True))
    assert found["Ã"] == "" and found["Ã©"] == "é"
    assert spelled("a\udcc3\udc41") == "a<0xC3><0x41>"
    assert as_bytes("é\udcc3\udc41") == b"\xc3\xa9\xc3A"
    assert KINDS["sentencepiece"].spelled[:2] == ("<unk>", "<0x00>")


def test_every_byte_has_a_letter_of_its_own():
    peer = pre_tokenizers.ByteLevel.alphabet()
    assert set(byte_letters()) == set(peer) and len(byte_letters()) == 256
    text = bytes(range(256)).decode("utf-8", "surrogateescape")
    assert unlettered("".join(byte_letters())) == text.replace(" ", "▁")


def test_words_without_any_mark_and_gaps():
    words = Tokenizer(models.WordLevel({"<s>": 0, "cat": 1, "▁": 3, "<?>": 4}, "<?>"))
    assert Vocabulary(words.to_str(), {"bos": "<s>"}).readings == ("", "▁cat", "", "▁▁", "")


def test_marks_that_are_ordinary_text():
    found = readings(unigram(["##", "▁cat", "▁Ġurnal", "Ġurnal", "####"]))
    assert found["##"] == "##" and found["Ġurnal"] == "Ġurnal" and found["▁cat"] == "▁cat"


def test_added_tokens_read_as_they_stand_unless_they_are_special():
    cutter = Tokenizer.from_str(KINDS["byte_level"].tokenizer)
    cutter.add_tokens(["mañana 日", AddedToken("<tool>", special=True), "é"])
    vocabulary = Vocabulary(cutter.to_str(), {"eos": "<|end|>"})
    found = readings(vocabulary)
    assert found["mañana 日"] == "mañana▁日" and found["<tool>"] == "" and found["é"] == "é"
    assert vocabulary.spelled[vocabulary.pieces.index("<tool>")] == "<tool>"


def test_what_cannot_be_cut_is_said():
    pieces = models.Unigram([("▁a", -1.0)])
    with pytest.raises(BadValue, match=r"Vocabulary: cannot cut 'b': .* needs an unknown piece"):
        Vocabulary(Tokenizer(pieces).to_str(), {}).encode(["b"])
    state = json.loads(wordpiece(["a"]).tokenizer)
    state["model"]["unk_token"] = "<nope>"
    with pytest.raises(BadValue, match=r"cannot cut 'b': .*Missing"):
        Vocabulary(json.dumps(state), {}).encode(["a", "b"])
