import re

import numpy as np
import pytest

from calque import registry
from calque.errors import BadSetting, BadValue
from calque.evaluation.alignment_page import alignment_page
from calque.evaluation.links_by_pair import links_by_pair
from calque.run import run
from calque.summary import summary
from calque.values import Bitext, Links, Page, store


@pytest.fixture
def pairs(some_links):
    made, gold = some_links(4, n=12)
    rows = [tuple(" ".join(f"{s}{k}" for k in range(n)) for s, n in zip("ab", one.size, strict=True))
            for one in gold]  # fmt: skip
    return Bitext.of(rows, "eng", "deu", tokenized=True), made, gold


def test_every_link_is_drawn_by_its_kind(pairs, plain):
    bitext, made, gold = pairs
    page = alignment_page(bitext, made, gold)
    assert len(page) == summary(page) == 12
    wanted = plain(made, gold)
    curves = "".join(re.findall(r'<svg class="curves".*?</svg>', page.html))
    counts = {kind: len(re.findall(rf'<g class="{kind}( possible)?">', curves)) for kind in KINDS}
    assert counts == {
        "agree": len(wanted.made & wanted.possible),
        "extra": len(wanted.made - wanted.possible),
        "missed": len(wanted.sure - wanted.made),
        "open": len(wanted.possible - wanted.sure - wanted.made),
        "made": 0,
    }
    assert f"{100 * float(wanted.figures['aer']):.1f}" in page.html
    assert "eng to deu" in page.html


KINDS = ("agree", "extra", "missed", "open", "made")


def test_the_worst_come_first_and_figures_stay_those_of_all(pairs):
    bitext, made, gold = pairs
    page = alignment_page(bitext, made, gold, most=5, worst_first=True, title="Here")
    shown = [int(k) for k in re.findall(r'<section id="p(\d+)"', page.html)]
    rates = [-1 if row["aer"] is None else row["aer"] for row in links_by_pair(made, gold)]
    assert [rates[k - 1] for k in shown] == sorted(rates, reverse=True)[:5]
    assert "12 pairs" in page.html and "of which 5 are drawn" in page.html
    assert (page.title, len(page)) == ("Here", 5)


def test_without_gold_all_are_predicted(pairs):
    bitext, made, _ = pairs
    html = alignment_page(bitext, made).html
    curves = "".join(re.findall(r'<svg class="curves".*?</svg>', html))
    assert curves.count('<g class="made">') == sum(map(len, made))
    assert "no gold links" in html and "AER" not in html


def test_scores_shade_the_grid(pairs):
    bitext, made, gold = pairs
    grids = [np.random.default_rng(0).random(one.size) for one in gold]
    html = alignment_page(bitext, made, gold, grids).html
    assert "Grid of scores" in html and html.count("fill-opacity") > 12
    with pytest.raises(BadValue, match=r"grid of pair 12 must be .*, there is none"):
        alignment_page(bitext, made, gold, grids[:-1])
    size = gold[0].size
    with pytest.raises(BadValue, match=r"grid of pair 1 must be .*, it is \(9, 9\)"):
        alignment_page(bitext, made, gold, [np.zeros((9, 9)), *grids[1:]])
    with pytest.raises(BadValue, match="grid of pair 1 is not finite"):
        alignment_page(bitext.take([0]), made[:1], gold[:1], [np.full(size, np.nan)])


def test_each_text_runs_as_its_script_does():
    bitext = Bitext.of([("a house", "הבתים הגדולים"), ("IBM", "IBM")], tokenized=True)
    links = [Links(np.array([[1, 0]]), (2, 2)), Links(np.array([[0, 0]]), (1, 1))]
    html = alignment_page(bitext, links).html
    ways = re.findall(r'text-anchor="middle" direction="(\w+)">([^<]*)<', html)
    assert ways == [("ltr", "a"), ("ltr", "house"), ("rtl", "הבתים"), ("rtl", "הגדולים"),
                    ("ltr", "IBM"), ("ltr", "IBM")]  # fmt: skip


def test_what_cannot_be_drawn_is_said(pairs):
    bitext, made, gold = pairs
    with pytest.raises(BadSetting, match="most must be at least 1, got 0"):
        alignment_page(bitext, made, gold, most=0)
    with pytest.raises(BadSetting, match="worst_first needs gold links"):
        alignment_page(bitext, made, worst_first=True)
    with pytest.raises(BadValue, match="12 sentences, links of 11 pairs"):
        alignment_page(bitext, made[:11], gold[:11])
    assert len(alignment_page(Bitext.of([], tokenized=True), [], [])) == 0


def test_links_of_a_file_without_sentences_are_drawn(pairs):
    bitext = Bitext.of([("a b c", "d e f")], tokenized=True)
    bare = [Links(np.array([[0, 1]]), (1, 2))]
    assert "1 links" in alignment_page(bitext, bare).html


def test_a_run_leaves_the_page_and_it_comes_back(tmp_path):
    made = run("wordalign/scored", {"n": 30}, out=tmp_path / "run")
    html = (tmp_path / "run" / "page.html").read_text(encoding="utf-8")
    assert html == made["page"].html and html.startswith("<!doctype html>")
    assert made.summary("page") == 20
    store.save(made["page"], tmp_path / "kept")
    assert store.load(tmp_path / "kept") == made["page"]
    again = run("wordalign/scored", {"n": 30}, out=tmp_path / "again")
    assert (tmp_path / "again" / "page.html").read_text(encoding="utf-8") == html
    assert all(cost["cached"] for cost in again.costs.values())


def test_a_page_is_written_by_the_command_line(tmp_path):
    from calque.cli import _shown

    page = Page("t", "<!doctype html>\n<p>a\tb</p>\n", 1)
    _shown.save(page, tmp_path / "x.html")
    assert (tmp_path / "x.html").read_text(encoding="utf-8") == page.html


def test_it_takes_what_files_of_links_give():
    """`calque apply evaluation.aer PREDICTED GOLD`: every argument is links, or has its own reader."""
    for name in ("aer", "link_f1", "link_precision", "link_recall", "link_scores"):
        parameters = registry.find(f"evaluation.{name}").parameters
        data = [p.annotation for p in parameters if not p.setting]
        assert data == ["Sequence[Links]", "Sequence[Links]"]
