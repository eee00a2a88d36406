"""What is encoded comes back, in 43 scripts, by every trained kind that promises it."""

import unicodedata

import pytest
from many_scripts import LINES

from calque.languages.scripts import script_shares
from calque.values import Texts
from calque.vocabulary.byte_pairs import byte_pairs
from calque.vocabulary.train import train
from calque.vocabulary.unigram import unigram

ALL = list(LINES.values())
SPACES = [" a", "a ", "a  b", "", " ", "\u200bb\u200c", "👩🏽‍🚀 ok", "e\u0301 é", "שלום\u200f abc"]
LOSSLESS = {
    "unigram": unigram(Texts.of([*ALL, *SPACES]), size=1000),
    "byte_pairs": byte_pairs(Texts.of(ALL), size=600),
}


def back(vocabulary, text):
    return vocabulary.fast.decode(vocabulary.fast.encode(text).ids)


def test_every_line_is_in_its_script():
    assert len(LINES) > 40
    for script, line in LINES.items():
        assert script in script_shares(line)


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lines_come_back_up_to_composition(kind):
    for text in [*ALL, *SPACES, *map(lambda line: unicodedata.normalize("NFD", line), ALL)]:
        assert back(LOSSLESS[kind], text) == unicodedata.normalize("NFC", text)


def test_bytes_bring_back_what_was_never_seen():
    for text in ("ꡏꡡꡃ", "\x00\x01", "a\tb\r\n", "\ufeff\ufffd", "𝔘𝔫𝔦", "▁Ġ##"):
        assert back(LOSSLESS["byte_pairs"], text) == unicodedata.normalize("NFC", text)


def test_unigram_reads_white_space_as_spaces_and_does_not_know_other_signs():
    assert back(LOSSLESS["unigram"], "a\tb\nc\u3000d") == "a b c d"
    unknown = LOSSLESS["unigram"].special_id("unk")
    assert unknown in LOSSLESS["unigram"].fast.encode("ꡏ").ids


def test_word_pieces_bring_back_the_letters_but_not_the_spaces():
    """It does not say where spaces were, and drops what is invisible: it promises letters alone."""
    vocabulary = train(Texts.of(ALL), size=2000, lowercase=False)
    for script, text in LINES.items():
        bare = unicodedata.normalize("NFC", text).replace(" ", "").replace("\u200c", "")
        assert back(vocabulary, text).replace(" ", "") == bare, script


def test_forty_languages_of_real_text(data_folder):
    lines = {}
    for folder in sorted((data_folder / "sib-200").iterdir())[:60]:
        if folder.is_dir():
            rows = (folder / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
            lines[folder.name] = [row.split("\t")[2] for row in rows]
    assert len(lines) >= 40
    every = [line for own in lines.values() for line in own[:6]]
    known, pairs = (make(Texts.of(every), size=4000) for make in (unigram, byte_pairs))
    for own in lines.values():
        for text in own[:6]:
            assert back(known, text) == unicodedata.normalize("NFC", text).replace("\u00a0", " ")
        for text in own[6:18]:
            assert back(pairs, text) == unicodedata.normalize("NFC", text)
