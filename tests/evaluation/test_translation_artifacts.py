"""Overlap of pairs in several versions, by hand and planted, and what a probe of overlap makes of it."""

import numpy as np
import pytest
from planted_pairs import planted, written

from calque.errors import BadSetting, BadValue
from calque.evaluation.overlap_probe import overlap_probe
from calque.evaluation.translation_artifacts import translation_artifacts
from calque.maths.counts import hits
from calque.values import Labelled


def pairs(*rows, language="eng"):
    names = ("text", "text_b", "label")
    return Labelled.of([dict(zip(names, row, strict=True)) for row in rows], "pair", language)


def test_by_hand():
    old = pairs(("The cat sat.", "A CAT sat!", "e"), ("Dogs bark", "Nobody ran", "c"))
    new = pairs(("The cat sat.", "A kitten rested", "e"), ("Dogs bark", "Dogs ran off", "c"))
    table = translation_artifacts({"old": old, "new": new})
    rows = {(row["version"], row["label"]): row for row in table}
    assert list(rows) == [(v, n) for v in ("old", "new") for n in ("all", "c", "e")]
    assert rows["old", "all"]["overlap"] == pytest.approx(2 / 5)
    assert rows["old", "e"]["overlap"] == pytest.approx(2 / 3)
    assert rows["new", "all"]["overlap"] == pytest.approx(1 / 6)
    assert rows["new", "all"]["shift"] == pytest.approx(1 / 6 - 2 / 5)
    assert rows["new", "c"]["hypothesis"] == 3 and rows["new", "c"]["premise"] == 2
    assert rows["old", "all"]["same"] == 1 and rows["new", "all"]["same"] == 0
    assert rows["old", "all"]["shift"] == 0 and rows["old", "all"]["p"] == 1
    twice = translation_artifacts({"only": pairs(("a b b", "a a c", "e"))}).where(label="e")
    assert [row["overlap"] for row in twice] == [pytest.approx(2 / 3)]  # every occurrence counts


def test_sides_translated_apart_lose_the_overlap_that_was_planted():
    rows = planted(600, 1)
    table = translation_artifacts(
        {
            "original": written(rows),
            "together": written(rows, second=0.3, apart=False),
            "apart": written(rows, second=0.3),
        }
    )
    every = {row["version"]: row for row in table.where(label="all")}
    assert every["together"]["overlap"] == every["original"]["overlap"]
    wanted = every["original"]["overlap"] * (0.3**2 + 0.7**2)
    assert every["apart"]["overlap"] == pytest.approx(wanted, abs=0.03)
    assert every["apart"]["shift_high"] < 0 and every["apart"]["p"] < 0.01


def test_a_classifier_of_overlap_falls_where_sides_are_apart_and_learns_from_such():
    train, test = planted(900, 1), planted(600, 2)
    gold = [label for _, _, label in test]
    original, back = written(train), written(train, second=0.3, seed=3)
    asked = {"original": written(test), "translated": written(test, second=0.3, seed=4)}
    score = {
        (name, on): hits(overlap_probe(pairs, tests), gold).value
        for name, pairs in (("original", original), ("back", back))
        for on, tests in asked.items()
    }
    assert score["original", "original"] > 0.8
    assert score["original", "translated"] < score["original", "original"] - 0.15
    assert score["back", "translated"] > score["original", "translated"] + 0.05
    assert score["back", "original"] < score["original", "original"]


def test_odd_pairs():
    train = pairs(("a b", "a", "e"), ("a b", "c", "c"), ("a", "b", None))
    odd = pairs(
        ("", "", None), ("!", "?", None), ("שלום עולם", "שלום", None), ("\u200b", "a", None)
    )
    found = overlap_probe(train, odd)
    assert found.labels[2:] == ("e", "c")
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    table = translation_artifacts({"odd": odd})
    assert [row["label"] for row in table] == ["all"]
    assert all(np.isfinite(row["overlap"]) for row in table)
    assert len(translation_artifacts({"none": pairs()})) == 0
    assert len(overlap_probe(train, pairs())) == 0


def test_what_does_not_fit_is_refused():
    one = pairs(("a", "b", "e"))
    with pytest.raises(BadValue, match="no versions"):
        translation_artifacts({})
    with pytest.raises(BadValue, match="'y': row 0 is 'c', was 'e'"):
        translation_artifacts({"x": one, "y": pairs(("a", "b", "c"))})
    with pytest.raises(BadValue, match="'y': 0 examples, the first version 1"):
        translation_artifacts({"x": one, "y": pairs()})
    topics = Labelled.of([{"text": "a", "label": "x"}], "class")
    with pytest.raises(BadValue, match="task 'pair', got 'class'"):
        translation_artifacts({"x": topics})
    with pytest.raises(BadValue, match="'x': row 0 has no 'text_b'"):
        translation_artifacts({"x": pairs(("a", None, "e"))})
    with pytest.raises(BadValue, match="no training pair has a label"):
        overlap_probe(pairs(("a", "b", None)), one)
    with pytest.raises(BadSetting, match="strength must be above 0"):
        overlap_probe(one, one, strength=0.0)
