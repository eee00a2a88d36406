"""Copies of shared pieces: who gets them, that nothing else changes, and what the authors' code gave."""

import json
from pathlib import Path

import numpy as np
import pytest
from made_tokenizers import KINDS, bert, xlmr

from calque.commons import sentences
from calque.errors import BadSetting, BadValue
from calque.maths.sharing import shared_frequency
from calque.values import Texts
from calque.vocabulary.divergence import divergence
from calque.vocabulary.originals import originals
from calque.vocabulary.split import meaningful, split
from calque.vocabulary.spoken import spoken

LINES = {
    code: [one.text for one in sentences(code, "train")][:80] for code in ("eng", "swh", "deu")
}
TEXTS = [Texts.of(lines, code) for code, lines in LINES.items()]
ALL = [line for lines in LINES.values() for line in lines]
GOLDEN = Path(__file__).parent.parent / "golden" / "lavs.json"


def test_copies_are_those_of_the_authors_code():
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    languages, pieces = golden["languages"], golden["pieces"]
    counts = np.array([[own["counts"].get(k, 0) for own in pieces.values()] for k in languages])
    found = shared_frequency(counts) > 20
    assert found.sum() > 300
    for column, (piece, own) in enumerate(pieces.items()):
        copied = [k for row, k in enumerate(languages) if found[row, column] and meaningful(piece)]
        assert copied == own["copied"], piece


def test_the_budget_goes_to_what_is_shared_most():
    words = bert(["on in an"] * 9, 60, lowercase=True)
    texts = [
        Texts.of(["in in in on on an"], "eng"),
        Texts.of(["in in in in on"], "deu"),
        Texts.of(["an", "an an"], "fra"),
    ]
    # in: 3 and 3; on: 1 and 1; an: 1 and 1
    made = split(words, texts, most=3)
    assert made.pieces[len(words) :] == ("in⟨eng⟩", "in⟨deu⟩", made.pieces[-1])
    assert made.pieces[-1] in ("on⟨eng⟩", "an⟨eng⟩")
    assert len(split(words, texts, least=2)) == len(words) + 2
    assert len(split(words, texts, least=4)) == len(words)
    # the texts of one language count together: 6 and 4
    assert len(split(words, [texts[0], *texts], least=4)) == len(words) + 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_cut_stays_and_the_ids_are_those_of_the_language(kind):
    words = KINDS[kind](ALL, 900)
    made = split(words, TEXTS, most=150)
    assert made.pieces[: len(words)] == words.pieces and len(made) == len(words) + 150
    used = {}
    for code, lines in LINES.items():
        own = spoken(made, language=code)
        used[code] = set()
        for text in [*lines, "", "xyz 12, 漢"]:
            before, after = words.fast.encode(text), own.fast.encode(text)
            assert made.fast.encode(text).ids == before.ids  # of itself it never uses copies
            assert after.tokens == before.tokens
            plain = words.fast.decode(before.ids)
            assert own.fast.decode(after.ids) == made.fast.decode(after.ids) == plain
            used[code] |= set(after.ids)
    copied = {k: {i for i in ids if i >= len(words)} for k, ids in used.items()}
    assert len(copied["eng"] | copied["swh"] | copied["deu"]) == 150
    assert not copied["eng"] & copied["deu"]
    assert all(made.pieces[k].endswith("⟨eng⟩") for k in copied["eng"])


@pytest.mark.parametrize("kind", KINDS)
def test_languages_move_apart(kind):
    words = KINDS[kind](ALL, 900)
    mean = [
        np.mean([row["divergence"] for row in divergence(made, TEXTS).rows])
        for made in (words, split(words, TEXTS, most=60), split(words, TEXTS, most=600))
    ]
    assert mean[0] < mean[1] < mean[2]


def test_a_language_without_copies_is_spoken_as_it_is_and_copies_begin_as_their_originals():
    words = xlmr(ALL, 500)
    made = split(words, TEXTS, most=20)
    assert spoken(made, language="fra").pieces == made.pieces
    rows = np.random.default_rng(0).standard_normal((len(words), 4))
    moved = originals(words, made).apply(rows)
    for index, piece in enumerate(made.pieces[len(words) :], start=len(words)):
        original = words.pieces.index(piece.split("⟨")[0])
        np.testing.assert_array_equal(moved[index], rows[original])
    np.testing.assert_array_equal(moved[: len(words)], rows)


def test_refuses_what_it_cannot_do():
    words = bert(ALL, 300)
    with pytest.raises(BadSetting, match="most"):
        split(words, TEXTS, most=0)
    with pytest.raises(BadValue, match="two languages"):
        split(words, TEXTS[:1])
    with pytest.raises(BadValue, match="split only once"):
        split(split(words, TEXTS, most=5), TEXTS, most=5)
    with pytest.raises(BadSetting, match="no piece is a copy"):
        spoken(words, language="eng")
