"""The page of aligners: every number is in it, text is escaped, nothing is loaded."""

import re

import pytest

from calque.errors import BadValue
from calque.evaluation.aligners_page import aligners_page
from calque.evaluation.links_by_aligner import links_by_aligner
from calque.report.charts import curve
from calque.summary import summary
from calque.values import Links, Table
from tests.pages import checked


@pytest.fixture
def tables(some_links):
    made, gold = some_links(4, n=20)
    few = [Links(one.pairs[::3], one.size) for one in made]
    aligners = links_by_aligner({"<b>all</b>": made, "few": few}, gold, boot=20)
    rows = links_by_aligner({"10": few, "500": made}, gold, boot=20)
    sizes = Table(tuple(row | {"pairs": int(row["aligner"])} for row in rows))
    return aligners, sizes


def test_tables_and_charts_say_the_same(tables):
    aligners, sizes = tables
    page = aligners_page(aligners, sizes, title="Here & there")
    html = checked(page.html)
    assert len(page) == summary(page) == 2
    assert "Here &amp; there" in html and "<b>all" not in html and "&lt;b&gt;all" in html
    cells = re.findall(r'<td class="n">([\d.]+)</td>', html)
    wanted = [
        f"{100 * row[name]:.1f}"
        for row in (*aligners, *sizes)
        for name in ("aer", "link_precision", "link_recall", "link_f1")
    ]
    assert [cell for cell in cells if "." in cell] == wanted
    assert html.count("<svg") == 2
    assert html.count('class="dot chosen"') == len(sizes)
    assert html.count('class="goal"') == len(aligners)
    best = min(row["aer"] for row in aligners)
    assert html.count('class="bar chosen"') == sum(row["aer"] == best for row in aligners)


def test_without_sizes_there_is_no_curve(tables):
    html = checked(aligners_page(tables[0]).html)
    assert html.count("<svg") == 1 and "training text" not in html


def test_aligners_without_any_figure_have_a_table_alone():
    nothing = [Links([], (2, 2))]
    table = links_by_aligner({"none": nothing}, nothing, boot=10)
    html = checked(aligners_page(table).html)
    assert "<svg" not in html and ">none</td>" in html


def test_what_is_no_such_table_is_refused(tables):
    aligners, _ = tables
    with pytest.raises(BadValue, match="with pairs, aer"):
        aligners_page(aligners, aligners)
    with pytest.raises(BadValue, match="found no rows"):
        aligners_page(Table(()))


def test_the_curve_falls_where_the_values_fall():
    """A lower value is drawn lower, a tenfold place as far to the right as the tenfold before."""
    svg = curve([(10, 0.6, 0.5, 0.7), (100, 0.4, 0.3, 0.5), (1000, 0.1, 0.1, 0.2)], name="x")
    dots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)
    (x0, y0), (x1, y1), (x2, y2) = ((float(x), float(y)) for x, y in dots)
    assert y0 < y1 < y2  # SVG counts from the top
    assert (y1 - y0) / 0.2 == pytest.approx((y2 - y1) / 0.3, rel=0.01)
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)


def test_a_single_point_of_a_curve_and_errors_of_zero():
    svg = curve([(5, 0.0, 0.0, 0.0)], [("none", 0.0)], name="x")
    assert "nan" not in svg and svg.count("<circle") == 1
