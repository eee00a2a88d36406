"""Scores of pretrained models beside those of each kind of control."""

import pytest

from calque.errors import BadValue
from calque.evaluation.transferred import transferred
from calque.values import Score


def scores(*values):
    return [Score("accuracy", value, n=10) for value in values]


NAMES = ["swh", "deu", "nested"]
FOUND = [scores(0.9, 0.7, 0.6), scores(0.5, 0.7, 0.5)]


def test_a_row_for_each_model_and_language_with_its_lead_over_each_kind():
    rows = list(transferred(FOUND, scores(0.5, 0.4), NAMES, ["swh", "fin"], artificial=["nested"]))
    assert [(row["pretrained"], row["kind"], row["test"], row["score"]) for row in rows] == [
        ("nothing", "random", "swh", 0.5),
        ("swh", "natural", "swh", 0.9),
        ("deu", "natural", "swh", 0.7),
        ("nested", "artificial", "swh", 0.6),
        ("nothing", "random", "fin", 0.4),
        ("swh", "natural", "fin", 0.5),
        ("deu", "natural", "fin", 0.7),
        ("nested", "artificial", "fin", 0.5),
    ]
    over = [[row[f"over_{kind}"] for kind in ("random", "artificial", "natural")] for row in rows]
    assert over[1] == pytest.approx([0.4, 0.3, 0.1])  # natural models have 0.8 in the mean
    assert over[0] == pytest.approx([0, -0.1, -0.3])
    assert over[7] == pytest.approx([0.1, 0, -0.1])
    assert all(row["n"] == 10 for row in rows)


def test_a_kind_that_is_not_there_is_not_compared_with():
    rows = list(transferred([scores(0.9)], scores(0.5), ["swh"], ["swh"]))
    assert [row["over_artificial"] for row in rows] == [None, None]
    assert rows[1]["over_random"] == pytest.approx(0.4)


def test_what_does_not_fit_together():
    with pytest.raises(BadValue, match="scores of 2 and random of 1 languages for 2 names"):
        transferred(FOUND, scores(0.5), NAMES, ["swh", "fin"])
    with pytest.raises(BadValue, match="3 scores in swh for 2 models"):
        transferred(FOUND, scores(0.5, 0.5), NAMES[:2], ["swh", "fin"])
    with pytest.raises(BadValue, match="'nonsense', which no model bears; there are: swh, deu"):
        transferred(FOUND, scores(0.5, 0.5), NAMES, ["swh", "fin"], artificial=["nonsense"])
