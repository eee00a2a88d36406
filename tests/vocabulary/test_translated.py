"""Trans-tokenization from a lexicon: by hand, and as the authors' code does with its table."""

import json
from pathlib import Path

import numpy as np
import pytest
from golden import trans_tokenizers as authors
from small_tokenizers import byte_level, unigram, wordpiece

from calque.errors import BadSetting
from calque.values import Lexicon
from calque.vocabulary.spelled_alike import spelled_alike
from calque.vocabulary.translated import translated

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "trans_tokenizers.json").read_text(encoding="utf-8")
)
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
    entries = [
        ("ice", "mbwa", 9.0),
        ("dog", "mbwa", 10.0),
        ("dog", "\u200b", 99.0),
        ("", "bara", 50.0),
    ]
    assert translated(OLD, NEW, lexicon(*entries), least=10).origins("mbwa") == [("dog", 1.0)]
    mixture = translated(OLD, NEW, lexicon(*entries), surface=0)
    assert mixture.origins("7") == mixture.origins("bara") == []
    assert not translated(OLD, NEW, lexicon(), surface=0).known[2:].any()
    with pytest.raises(BadSetting, match="must not be negative"):
        translated(OLD, NEW, lexicon(), least=-1)


def test_words_are_cut_as_behind_a_space():
    mixture = translated(
        byte_level(["Ġ d", "Ġd o"]), unigram(["▁mbwa"]), lexicon(("do", "mbwa", 1.0))
    )
    assert mixture.origins("▁mbwa") == [("Ġdo", 1.0)]


def theirs(table):
    """Mixture of our making, and rows of the authors' counts by piece."""
    old, new = authors.vocabularies()
    entries = {"whole": authors.WHOLE, "rounded": authors.ROUNDED}[table]
    mixture = translated(old, new, lexicon(*entries), least=10)
    rows = {
        piece: {o: count / sum(row.values()) for o, count in row.items()}
        for piece, row in GOLDEN[table]["counts"].items()
    }
    return mixture, rows


def test_counts_are_those_of_the_authors_package():
    mixture, rows = theirs("whole")
    assert len(rows) == 39
    assert {p for p in mixture.new if mixture.origins(p)} == set(rows)
    for piece, row in rows.items():
        assert dict(mixture.origins(piece, 99)) == pytest.approx(row, abs=1e-9), piece


def test_rows_are_those_of_the_authors_package():
    mixture, rows = theirs("whole")
    at = [mixture.new.index(piece) for piece in rows]
    for name, old in zip(("input", "output"), authors.rows(len(mixture.old)), strict=True):
        made = mixture.apply(old)[at]
        np.testing.assert_allclose(made, np.array(GOLDEN["whole"][name])[at], atol=1e-5)


def test_where_the_authors_round_counts_ours_are_exact():
    """▁ begins ziwani (13 times dogs) and umbo (15 times houses), and both vocabularies have it."""
    mixture, rows = theirs("rounded")
    total = 13 + 15 + 1
    assert dict(mixture.origins("▁")) == pytest.approx(
        {"▁dog": 0.75 * 13 / total, "s": 0.25 * 28 / total, "▁house": 0.75 * 15 / total,
         "▁": 1 / total}
    )  # fmt: skip
    # theirs: halves of 6 and 7, of which the even part is 3 for each of two old pieces
    assert rows["▁"] == pytest.approx({"▁dog": 9 / 25, "s": 6 / 25, "▁house": 9 / 25, "▁": 1 / 25})


def test_smoothing_is_that_of_the_authors_package():
    """But for weights that they round down, and rows that they filled before and use as neighbors."""
    mixture, rows = theirs("whole")
    old, new = authors.vocabularies()
    made = spelled_alike(old, new, [mixture])
    # of the filled pieces, those that neither begin another filled one nor hold one
    filled = [p for p in GOLDEN["whole"]["smoothed"] if p not in rows]
    alone = [p for p in filled if not any(q != p and (q.startswith(p) or q in p) for q in filled)]
    assert {"um", "ri", "ia"} <= set(alone)
    for piece in alone:
        wanted = GOLDEN["whole"]["smoothed"][piece]
        assert dict(made.origins(piece, 99)) == pytest.approx(wanted, abs=2e-3), piece
