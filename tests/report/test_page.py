"""The report: self-contained, escaped, whole also where there is little to show."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import checked

from calque.report.charts import bars, scatter
from calque.report.page import page

HOSTILE = "<script>alert('x')</script> & \u202e\u0645\u0631\u062d\u0628\u0627"


def row(name, value, **changes):
    score = {"value": value, "low": value - 0.05, "high": value + 0.05, "n": 20}
    return {
        "strategy": name,
        "about": "About it.",
        "level": "T2",
        "chosen": False,
        "predicted_rank": 2,
        "actual_rank": 1,
        "signals": {"source_dev": 0.8, "agreement": 0.5},
        "scores": {"accuracy": score},
        "gap": 0.1,
        "seconds": 12.0,
        "expected_seconds": 10.0,
        "peak_mib": 900.0,
        "latency_ms": 4.25,
        "stored_mib": 0.5,
        "fertility": {"pieces_per_word": 1.5, "unknown": 0.01},
        "reading": [],
    } | changes


def reading(pieces, premium):
    """What a vocabulary that cuts words into so many pieces comes to."""
    return {
        "pieces_per_word": pieces,
        "pieces_per_sentence": 10 * pieces,
        "characters_per_piece": 5 / pieces,
        "unknown": 0.125,
        "coverage": 0.75,
        "efficiency": 0.625,
        "premium": premium,
    }


@pytest.fixture
def facts():
    return {
        "calque": "0",
        "task": "topic",
        "kind": "class",
        "source": {"code": "eng", "name": "English"},
        "target": {"code": "arb", "name": HOSTILE, "direction": "rtl"},
        "level": "T2",
        "metric": "accuracy",
        "model": HOSTILE,
        "seed": 0,
        "chosen": "b",
        "tied": [],
        "source_dev": 0.8,
        "data": {"train": 10, "held out": 3},
        "strategies": [row("a", 0.4), row(HOSTILE, 0.6, chosen=True, predicted_rank=1)],
        "signal_correlation": {"source_dev": None, "agreement": 1.0},
        "warnings": [HOSTILE],
        "confusion": {"labels": ["x", HOSTILE], "counts": [[3, 1], [0, 2]]},
        "errors": [{"row": 1, "text": HOSTILE, "gloss": "hello", "gold": "x", "predicted": "y"}],
    }


def test_text_is_escaped_and_nothing_comes_from_outside(facts):
    text = checked(page(facts))
    assert "alert(&#39;x&#39;)" in text
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport"' in text


def test_every_figure_is_in_the_page(facts):
    text = page(facts)
    for figure in ("60.0", "55.0", "65.0", "40.0", "1.50", "80.0"):
        assert figure in text


def test_little_to_show(facts):
    bare = facts | {"confusion": None, "errors": [], "warnings": [], "signal_correlation": {}}
    bare["strategies"] = [row("a", 0.4, chosen=True, scores={}, gap=None, fertility=None)]
    assert "no labels" in checked(page(bare))


def test_vocabularies_are_compared_where_they_differ(facts):
    old = {"pieces_per_word": 2.875, "unknown": 0.1, "coverage": 0.8}
    new = {"pieces_per_word": 1.25, "unknown": 0.0, "coverage": 1.0}
    rows = [row("zero-shot", 0.4, fertility=old), row("spelled", 0.6, chosen=True, fertility=new)]
    told = "was 2.88 pieces to the source vocabulary, and is 1.25 to that of spelled; 80.0 %"
    assert told in page(facts | {"strategies": rows})
    rows[1]["fertility"] = old
    assert "pieces to the source vocabulary" not in page(facts | {"strategies": rows})


def test_every_vocabulary_stands_once_with_all_its_figures(facts):
    old = [reading(1.25, None), reading(2.5, 2.25)]
    new = [reading(1.75, None), reading(1.3125, 0.875)]

    def told(after):
        names = ("English", HOSTILE)
        return [
            {"language": name, "name": name, "before": before, "after": own}
            for name, before, own in zip(names, old, after, strict=True)
        ]

    rows = [row("kept", 0.4, reading=told(old)), row("one", 0.5, reading=told(new), chosen=True)]
    text = checked(page(facts | {"strategies": [*rows, row("two", 0.3, reading=told(new))]}))
    assert text.count("<td>before: kept</td>") == text.count("<td>after: one, two</td>") == 1
    for figure in ("2.50", "25.0", "2.00", "12.5 %", "75.0 %", "0.625", "2.25", "0.88", "1.31"):
        assert f">{figure}</td>" in text
    assert "On held-out parallel text" in text
    assert "without parallel text" in page(facts | {"strategies": rows, "data": {"train": 10}})


def test_bars_are_as_long_as_their_values():
    widths = [
        float(w)
        for w in re.findall(
            r'class="bar[^>]*?width="([\d.]+)"',
            bars([("a", 0.5, 0.4, 0.6, True), ("b", 1.0, 1, 1, False)]),
        )
    ]
    assert widths[1] == pytest.approx(2 * widths[0])


def test_dots_stand_by_cost_and_score():
    text = scatter([("a", 1.0, 0.2, False), ("b", 100.0, 0.8, True), ("c", 10.0, 0.5, False)])
    dots = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', text)]
    assert dots[0][0] < dots[2][0] < dots[1][0]
    assert dots[0][1] > dots[2][1] > dots[1][1]
    assert dots[2][0] == pytest.approx((dots[0][0] + dots[1][0]) / 2, abs=0.2)
    checked(scatter([("only", 0.0, 0.5, True)]))


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "zero-shot", "zero-shot+few-shot"]), st.floats(1, 1e4), st.floats(0, 1), st.just(False)),
        min_size=1, max_size=9,
    )
)  # fmt: skip
def test_no_label_lies_on_a_dot_or_on_another_label(points):
    text = scatter(points)
    dots = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', text)]
    boxes = [(x - 6, x + 6, y) for x, y in dots]
    shown = re.findall(r'<text class="name" x="([-\d.]+)" y="([-\d.]+)"(.*?)>(.*?)</text>', text)
    assert [label for *_, label in shown] == [label for label, *_ in points]
    for x, y, more, label in shown:
        size, place = 7.2 * len(label), float(x)
        start = place - size if 'anchor="end"' in more else place
        box = (start, start + size, float(y) - 4)
        for from_, to, line in boxes:
            assert box[1] <= from_ + 0.2 or to <= box[0] + 0.2 or abs(line - box[2]) >= 12.8
        boxes.append(box)


def test_a_line_runs_through_what_nothing_beats():
    points = [("a", 1.0, 0.2, False), ("b", 100.0, 0.8, True), ("c", 10.0, 0.1, False)]
    text = scatter(points, front=[True, True, False])
    dots = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', text)]
    way = re.findall(r'class="interval" d="M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)"', checked(text))
    assert [tuple(map(float, each)) for each in way] == [(*dots[0], *dots[1])]
    assert "interval" not in scatter(points)


def test_a_tie_is_said_plainly(facts):
    assert "Tie:" not in page(facts)
    facts["tied"] = ["a", HOSTILE]
    assert "nothing tells a, &lt;script&gt;" in page(facts)
    assert "apart; chosen by level, then expected cost." in page(facts)
    assert "The mean of the ranks by agreement" in page(facts)
    for row in facts["strategies"]:
        row["signals"] = {"source_dev": 0.8}
    facts["signal_correlation"] = {}
    assert "only the source development score is left" in page(facts)
    assert "The mean of the ranks by agreement" not in page(facts)
    facts["level"] = "T4"
    assert "The target development score decides." in page(facts)
    assert "apart; chosen by expected cost." in page(facts)
