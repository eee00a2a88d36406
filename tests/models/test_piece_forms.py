"""New pieces as old ones: as the authors' code cuts them, and across kinds of tokenizers."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from calque.models.piece_forms import Forms
from calque.models.vocabulary import vocabulary
from calque.values import Vocabulary

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


def golden():
    """The module that made the answers of the authors' code, and the answers."""
    spec = importlib.util.spec_from_file_location("golden_zett", GOLDEN / "zett.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, json.loads((GOLDEN / "zett.json").read_text(encoding="utf-8"))


def byte_pieces(pieces):
    """A byte-level vocabulary of these pieces alone."""
    cutter = Tokenizer(models.WordLevel({piece: k for k, piece in enumerate(pieces)}, "<pad>"))
    cutter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return Vocabulary(cutter.to_str(), {})


def test_forms_are_those_of_the_authors_code():
    made, answers = golden()
    old = Vocabulary(made.old().to_str(), made.SPECIAL)
    new = byte_pieces(made.PIECES)
    texts = new.readings
    assert texts[:2] == ("▁cat", "▁cating") and texts[4] == "▁mä"
    found = Forms(old).matrix(texts, made.LONGEST)
    expected = np.array(answers["forms"])
    pad, special = old.special_id("pad"), made.PIECES.index("<pad>")
    expected[(expected == pad) & (np.arange(len(expected)) != special)[:, None]] = -1
    rows = [row for row in range(len(expected)) if row != special]  # theirs is itself, ours is none
    np.testing.assert_array_equal(found[rows], expected[rows])


@pytest.fixture
def forms(tiny):
    return lambda name: Forms(vocabulary(tiny(name)))


def named(forms, old, text):
    return [old.pieces[number] for number in forms.of(text)]


@pytest.mark.parametrize("name", ["bert", "xlmr", "modernbert"])
def test_an_old_piece_is_its_own_form(tiny, name):
    old = vocabulary(tiny(name))
    forms, texts = Forms(old), old.readings
    ordinary = [(number, text) for number, text in enumerate(texts) if text]
    assert len(ordinary) > 50
    assert all(forms.of(text) == (number,) for number, text in ordinary)
    assert {texts[number] for number in map(old.special_id, old.special)} == {""}


def raw(text):
    """The bytes that a text spells, spaces left out."""
    return text.replace("▁", "").replace(" ", "").encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("name", ["bert", "xlmr", "modernbert"])
@pytest.mark.parametrize("other", ["bert", "xlmr", "modernbert"])
def test_forms_spell_the_piece_whatever_the_tokenizers(tiny, name, other):
    old, new = vocabulary(tiny(name)), vocabulary(tiny(other))
    forms, own, normal = Forms(old), old.readings, old.fast.normalizer
    letters = {text.removeprefix("▁") for text in own}
    whole = 0
    for text in new.readings:
        found = b"".join(raw(own[number]) for number in forms.of(text))
        if b"\xed" in text.encode("utf-8", "surrogatepass"):  # half a letter: bytes can spell it
            assert found == (raw(text) if name == "modernbert" else b"")
            continue
        read = normal.normalize_str(text.removeprefix("▁"))
        if found == raw(text):
            whole += 1
        elif name == "modernbert" or set(read) <= letters:
            assert found == raw(read), text
            whole += 1
        else:
            assert found in (
                b"",
                *[b"".join(map(raw, read[:k] + read[k + 1 :])) for k in range(len(read))],
            )
    assert whole > 80


def test_a_word_begins_and_goes_on_with_the_right_pieces(tiny, forms):
    old = vocabulary(tiny("bert"))
    assert named(forms("bert"), old, "▁houses") == ["house", "##s"]
    assert named(forms("bert"), old, "houses")[0] == "##h"  # inside a word
    assert named(forms("bert"), old, "▁Houses") == ["house", "##s"]  # read in lower case
    unigram = vocabulary(tiny("xlmr"))
    assert named(forms("xlmr"), unigram, "▁houses") == ["▁house", "s"]
    assert named(forms("xlmr"), unigram, "houses")[0] == "h"


def test_odd_texts_have_a_form_of_what_is_known_or_none(tiny, forms):
    for name in ("bert", "xlmr"):
        for text in ("", "▁", "\u200b", "\u200f", "▁\udcc3", "\udcc3", "▁😀", "[CLS]"):
            assert all(number >= 0 for number in forms(name).of(text))
        assert forms(name).of("\udcc3") == () == forms(name).of("▁😀")  # not the space alone
    assert len(forms("modernbert").of("▁😀")) == 5  # its bytes, and the space
    assert len(forms("modernbert").of("\udcc3")) == 1
    grid = forms("bert").matrix(["", "▁" + "ab" * 300], 4)
    assert (grid[0] == -1).all() and (grid[1] >= 0).all()
