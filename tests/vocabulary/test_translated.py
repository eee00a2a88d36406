"""Trans-tokenization from a lexicon: by hand, and as the authors' code does with its table."""

import json
from pathlib import Path

import numpy as np
import pytest
from small_tokenizers import unigram, wordpiece

from calque.errors import BadSetting
from calque.values import Lexicon
from calque.vocabulary.translated import translated

OLD = wordpiece(["ice", "cream", "dog", "7"], ["s", "ter"])
NEW = wordpiece(["bara", "mbwa", "7", "dondo"], ["fu", "kali"])


def lexicon(*entries):
    return Lexicon.of(entries, "eng", "swh")


def test_entries_of_one_word_and_of_several():
    mixture = translated(OLD, NEW, lexicon(("ice cream", "barafu", 4.0), ("dogs", "mbwa", 1.0)))
    # the first of two pieces: half evenly to both words, half to the first
    assert dict(mixture.origins("bara")) == pytest.approx({"ice": 0.75, "cream": 0.25})
    assert dict(mixture.origins("##fu")) == pytest.approx({"ice": 0.25, "cream": 0.75})
    assert dict(mixture.origins("mbwa")) == pytest.approx({"dog": 0.5, "##s": 0.5})
    assert mixture.origins("7") == [("7", 1.0)]
    assert mixture.origins("dondo") == []


def test_a_piece_has_the_weight_of_every_entry_it_stands_in():
    """A piece of a word of three pieces stands in the text as often as one that is a word."""
    new = wordpiece(["a"], ["b", "c"])
    mixture = translated(OLD, new, lexicon(("ice", "abc", 3.0), ("dog", "a", 1.0)))
    assert dict(mixture.origins("a")) == pytest.approx({"ice": 0.75, "dog": 0.25})


def test_light_entries_surface_and_words_without_pieces():
    entries = [("ice", "mbwa", 9.0), ("dog", "mbwa", 10.0), ("dog", "\u200b", 99.0), ("", "bara", 50.0)]
    assert translated(OLD, NEW, lexicon(*entries), least=10).origins("mbwa") == [("dog", 1.0)]
    mixture = translated(OLD, NEW, lexicon(*entries), surface=0)
    assert mixture.origins("7") == mixture.origins("bara") == []
    assert not translated(OLD, NEW, lexicon(), surface=0).known[2:].any()
    with pytest.raises(BadSetting, match="must not be negative"):
        translated(OLD, NEW, lexicon(), least=-1)


def test_words_are_cut_as_behind_a_space():
    from small_tokenizers import byte_level

    mixture = translated(byte_level(["Ġ d", "Ġd o"]), unigram(["▁mbwa"]), lexicon(("do", "mbwa", 1.0)))
    assert mixture.origins("▁mbwa") == [("Ġdo", 1.0)]
