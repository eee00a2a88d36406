"""Similarities of several models side by side."""

import pytest

from calque.errors import BadValue
from calque.evaluation.similarity_by_model import similarity_by_model
from calque.values import Score, Table


def measured(*values: float) -> Table:
    """Matched and random pairs of two layers, in either form."""
    names = [
        (k, f, p) for k in (0, 1) for f in ("original", "across") for p in ("matched", "random")
    ]
    rows = zip(names, values, strict=True)
    return Table(tuple({"layer": k, "form": f, "pairs": p, "value": v} for (k, f, p), v in rows))


BEFORE = measured(0.5, 0.25, 0.75, 0.75, 0.5, 0.5, 1.0, 0.5)
AFTER = measured(1.0, 0.25, 0.75, 0.0, 0.5, 0.75, 1.0, 0.5)


def test_gaps_and_scores_stand_beside_the_similarities():
    scores = [Score("retrieval", 0.1, 0.0, 0.2), Score("retrieval", 0.9, 0.8, 1.0)]
    found = similarity_by_model([BEFORE, AFTER], scores, names=["a", "b"])
    assert [(row["model"], row["layer"]) for row in found] == [
        ("a", 0),
        ("a", 1),
        ("b", 0),
        ("b", 1),
    ]
    assert [row["original_gap"] for row in found] == [0.25, 0.0, 0.75, -0.25]
    assert [row["across_gap"] for row in found] == [0.0, 0.5, 0.75, 0.5]
    assert [row["retrieval"] for row in found] == [0.1, 0.1, 0.9, 0.9]
    assert found.rows[3]["retrieval_high"] == 1.0


def test_scores_may_be_left_out_and_single_pairs_have_no_gap():
    single = Table(({"layer": 0, "form": "original", "pairs": "matched", "value": 0.5},))
    assert similarity_by_model([single], names=["a"]).rows == (
        {"model": "a", "layer": 0, "original_matched": 0.5},
    )


def test_what_does_not_fit_together_is_refused():
    two = {"names": ["a", "b"]}
    with pytest.raises(BadValue, match="2 names, 1 tables and 1 scores"):
        similarity_by_model([BEFORE], **two)
    with pytest.raises(BadValue, match="2 names, 2 tables and 1 scores"):
        similarity_by_model([BEFORE, AFTER], [Score("f", 0.5)], **two)
    with pytest.raises(BadValue, match="a name of its own"):
        similarity_by_model([BEFORE, AFTER], names=["a", "a"])
    with pytest.raises(BadValue, match="several metrics"):
        similarity_by_model([BEFORE, AFTER], [Score("f", 0.5), Score("g", 1.0)], **two)
    odd = Table(({"pairs": "matched", "value": 1.0},))
    with pytest.raises(BadValue, match="the table of b has no layer, form"):
        similarity_by_model([BEFORE, odd], **two)
