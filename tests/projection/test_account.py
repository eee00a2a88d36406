"""Totals of projected spans, and examples that lost none."""

import pytest
from planted_spans import example

from calque.errors import BadSetting, BadValue
from calque.projection.account import account
from calque.projection.by_links import by_links
from calque.projection.complete import complete
from calque.roles import projector
from calque.values import Labelled

PROJECTED = by_links(*projector.example(0))


def test_every_span_is_counted_once_in_all_and_in_its_type():
    table = account(PROJECTED)
    entries = [entry for row in PROJECTED for entry in row["account"]]
    for kind in ("all", "PER", "LOC", "ORG"):
        own = [entry for entry in entries if kind in ("all", entry["kind"])]
        rows = table.where(kind=kind)
        assert sum(row["spans"] for row in rows) == len(own)
        assert sum(row["share"] for row in rows) == pytest.approx(1)
        for row in rows:
            same = [
                e for e in own if (e["outcome"], e["reason"]) == (row["outcome"], row["reason"])
            ]
            assert row["spans"] == len(same)
            assert row["confidence"] == pytest.approx(
                sum(e["confidence"] for e in same) / len(same)
            )
    assert table.rows[0]["kind"] == "all"
    assert len(account(PROJECTED.take([]))) == 0


def test_complete_examples_are_those_without_a_loss():
    whole = {row for row, one in enumerate(PROJECTED) if all(e["new_end"] for e in one["account"])}
    words = {row for row, one in enumerate(PROJECTED) if one["words"]}
    assert 0 < len(whole & words) < len(words) < len(PROJECTED)
    rows = list(PROJECTED)
    assert list(complete(PROJECTED)) == [rows[row] for row in sorted(whole & words)]
    assert list(complete(PROJECTED, lost=9)) == [rows[row] for row in sorted(words)]


def test_confidence_decides_where_it_is_asked_for():
    halves = by_links(*example("a b c", "B-X I-X I-X", "one two", "0-0"))
    assert len(complete(halves, above=0.49)) == 1
    assert len(complete(halves, above=0.51)) == 0


def test_what_makes_no_sense_is_refused():
    with pytest.raises(BadSetting, match="lost must be at least 0"):
        complete(PROJECTED, lost=-1)
    plain = Labelled.of([{"words": ["a"], "tags": ["O"]}], "tags")
    for part in (account, complete):
        with pytest.raises(BadValue, match="no account of their spans"):
            part(plain)
