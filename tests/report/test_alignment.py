"""The page of word links: every link is drawn once, where its words are; colors can be told apart."""

import re

import numpy as np
import pytest
from pages import checked

from calque import registry
from calque.report.alignment import DrawnPair, alignment_page
from calque.report.link_charts import Link, Side, curves, grid, width

PATH = re.compile(r'<path d="M([\d.]+) (\d+)C[\d. ]+ ([\d.]+) (\d+)"/>')
WORD = re.compile(
    r'<text class="(w|w null)" x="([\d.-]+)" y="(\d+)" text-anchor="middle" direction="(\w+)">([^<]*)<'
)


def words_of(svg):
    rows = [(y, float(x), kind, way, word) for kind, x, y, way, word in WORD.findall(svg)]
    lines = sorted({int(row[0]) for row in rows})
    return [[row[1:] for row in rows if int(row[0]) == y] for y in lines]


LINKS = [
    Link(0, 0, "agree"),
    Link(1, 2, "agree", sure=False),
    Link(1, 1, "extra"),
    Link(2, 0, "missed"),
    Link(2, 2, "open", sure=False),
]


def test_each_curve_runs_from_its_source_word_to_its_target_word():
    svg = curves(Side(["the", "old", "house"]), Side(["das", "alte", "Haus"]), LINKS, "x")
    above, below = words_of(svg)
    assert [word for *_, word in above] == ["the", "old", "house"]
    drawn = {(float(x), float(to)) for x, _, to, _ in PATH.findall(svg)}
    assert drawn == {(above[link.i][0], below[link.j][0]) for link in LINKS}
    assert len(PATH.findall(svg)) == len(LINKS)
    classes = re.findall(r'<g class="([^"]*)"', svg)
    assert classes == ["open possible", "agree", "agree possible", "extra", "missed"]
    assert svg.count('class="mark"') == 2  # errors alone have a mark on their curve


def test_right_to_left_words_run_from_the_right():
    svg = curves(Side(["a", "b", "c"]), Side(["أ", "ب", "ت"], backward=True), LINKS, "x")
    above, below = words_of(svg)
    assert [x for x, *_ in above] == sorted(x for x, *_ in above)
    assert [x for x, *_ in below] == sorted((x for x, *_ in below), reverse=True)
    assert {way for _, _, way, _ in below} == {"rtl"}
    assert {way for _, _, way, _ in above} == {"ltr"}


def test_words_do_not_touch_and_stay_inside():
    words = ["Donaudampfschifffahrt", "i", "漢字", "क्षत्रिय", "", "\u200d", "x" * 300]
    svg = curves(Side(words), Side(["a"]), [], "x")
    across = float(re.findall(r'width="(\d+)"', svg)[0])
    edges = []
    for x, _, _, word in words_of(svg)[0]:
        edges += [x - width(word) / 2, x + width(word) / 2]
    assert edges == sorted(edges)
    assert edges[0] >= 0 and edges[-1] <= across
    assert "x" * 39 + "…" in svg and "<title>" + "x" * 300 in svg


def test_words_without_links_are_dimmed():
    svg = curves(Side(["a", "b"]), Side(["c", "d"]), [Link(0, 1, "agree")], "x")
    assert [[kind for _, kind, *_ in line] for line in words_of(svg)] == [
        ["w", "w null"],
        ["w null", "w"],
    ]


def test_the_grid_marks_its_cells():
    """Rows are source words, columns target words; from the right where the target runs so."""
    for backward in (False, True):
        svg = grid(Side(["a"] * 3), Side(["b"] * 4, backward), [Link(2, 3, "agree")], "x")
        left, top = 22, 22
        x, y = map(int, re.findall(r'<circle class="dot" cx="(\d+)" cy="(\d+)"', svg)[0])
        assert (x, y) == (left + 22 * (0 if backward else 3) + 11, top + 22 * 2 + 11)


def test_the_grid_is_shaded_by_its_scores():
    heat = np.array([[0.0, 0.5], [1.0, 0.0]])
    svg = grid(Side(["a", "b"]), Side(["c", "d"]), [], "x", heat)
    shades = re.findall(r'fill-opacity="([\d.]+)" d="M(\d+) (\d+)h', svg)
    assert shades == [("0.35", "44", "22"), ("0.70", "22", "44")]
    assert "fill-opacity" not in grid(Side(["a"]), Side(["c"]), [], "x", np.ones((1, 1)))
    assert "fill-opacity" not in grid(Side([]), Side([]), [], "x", np.zeros((0, 0)))


def test_text_is_escaped_and_nothing_comes_from_outside():
    bad = '<script>alert("x")</script>&'
    pair = DrawnPair(7, [bad, "b"], [bad], [Link(0, 0, "made", tip=bad)])
    text = checked(
        alignment_page([pair], title=bad, count=1, version="1", languages=bad), places=True
    )
    assert bad not in text and "<script" not in text
    assert "prefers-color-scheme: dark" in text and 'name="viewport"' in text
    assert 'href="#p7"' in text and 'id="p7"' in text


def test_figures_and_counts_are_in_the_page():
    totals = {"aer": 0.286, "link_precision": 0.75, "link_recall": 0.667, "link_f1": 0.706}
    totals |= {"predicted": 4, "sure": 3}
    pair = DrawnPair(1, ["a", "b", "c"], ["d", "e", "f"], LINKS, aer=0.5)
    text = checked(
        alignment_page([pair], title="t", count=9, version="1", totals=totals), places=True
    )
    for told in (
        "28.6",
        "75.0",
        "66.7",
        "70.6",
        "9 pairs",
        "AER 50.0",
        "2 agree, 1 missed, 1 extra",
    ):
        assert told in text
    assert "summed over all pairs, of which 1 are drawn" in text
    empty = DrawnPair(2, [], [], [])
    assert "AER –" in checked(
        alignment_page([empty], title="t", count=1, version="1", totals=totals), places=True
    )


def test_both_sides_right_to_left_scroll_from_the_right():
    for backward, wanted in (((True, True), True), ((False, True), False)):
        pair = DrawnPair(1, ["أ"], ["ب"], [], backward=backward)
        text = alignment_page([pair], title="t", count=1, version="1")
        assert ('<div class="scroll" dir="rtl"' in text) == wanted


# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
BLIND = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(color):
    rgb = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("blindness", BLIND)
def test_kinds_of_links_differ_whatever_colors_are_seen(theme, blindness):
    """A distance of 2 is just seen; 20 is another color. Against the card at least 3 to 1."""
    template = registry.PACKAGE / "report" / "alignment.html"
    lines = template.read_text(encoding="utf-8").splitlines()
    line = [line for line in lines if "--ink:" in line][theme]
    colors = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", line))
    seen = {name: BLIND[blindness] @ linear(color) for name, color in colors.items()}
    kinds = ("agree", "extra", "ink")
    for k, one in enumerate(kinds):
        for other in kinds[k + 1 :]:
            assert np.linalg.norm(lab(seen[one]) - lab(seen[other])) > 20
        light = sorted(
            float(np.clip(seen[name], 0, 1) @ [0.2126, 0.7152, 0.0722]) for name in (one, "card")
        )
        assert (light[1] + 0.05) / (light[0] + 0.05) >= 3
