"""Aligners side by side: against the brute-force scorer and the parts that score one alone."""

import pytest

from calque.errors import BadValue
from calque.evaluation.link_scores import link_scores
from calque.evaluation.links_by_aligner import links_by_aligner
from calque.values import Links

COUNTED = ("predicted", "sure", "right_sure", "right_possible")


def test_each_row_is_what_the_aligner_scores_alone(some_links, plain):
    made, gold = some_links(5, n=30)
    other = [Links(one.pairs[::2], one.size) for one in made]
    table = links_by_aligner({"b": made, "a": other}, gold, boot=50, seed=3)
    assert [row["aligner"] for row in table] == ["b", "a"]
    for row, links in zip(table, (made, other), strict=True):
        alone = plain(links, gold)
        assert tuple(row[name] for name in COUNTED) == alone.counts
        assert row["n"] == 30
        for metric, figure in alone.figures.items():
            assert row[metric] == pytest.approx(float(figure))
        (aer,) = link_scores(links, gold, boot=50, seed=3).where(metric="aer")
        assert row["aer"] == aer["value"]
        assert row["aer_low"] <= row["aer"] <= row["aer_high"]


def test_nothing_to_divide_by_is_none_and_not_a_number():
    nothing = [Links([], (0, 0)), Links([], (2, 0))]
    (row,) = links_by_aligner({"none": nothing}, nothing, boot=10)
    assert (row["aer"], row["link_recall"], row["predicted"]) == (None, None, 0)


def test_what_is_of_other_pairs_is_named(some_links):
    made, gold = some_links(5, n=30)
    with pytest.raises(BadValue, match="links_by_aligner: short: predicted links of 29"):
        links_by_aligner({"fine": made, "short": made[1:]}, gold, boot=10)
    with pytest.raises(BadValue, match="no predictions"):
        links_by_aligner({}, gold)
