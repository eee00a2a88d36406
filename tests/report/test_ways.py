"""The page of ways: self-contained, escaped, whole also where all is free."""

import pytest
from pages import checked

from calque.report.ways import ways_page

HOSTILE = "<script>alert('x')</script> &"


def row(way, value, develop, use, **marks):
    return {
        "way": way,
        "metric": "answer_f1",
        "value": value,
        "low": value - 0.1,
        "high": value + 0.1,
        "n": 20,
        "develop_seconds": 12.0,
        "develop_translating": 3.0,
        "develop_characters": 1234,
        "develop_cost": develop,
        "latency_ms": 4.5,
        "characters_per_1000": 70,
        "cost_per_1000": use,
        "front_develop": False,
        "front_use": False,
    } | marks


def page(rows, currency="USD"):
    return checked(ways_page(rows, title=HOSTILE, version="0", currency=currency))


def test_both_fronts_are_drawn():
    rows = [
        row("zero_shot", 0.4, 0.5, 0.0004, front_develop=True, front_use=True),
        row("translate_train", 0.6, 2.5, 0.0008, front_use=True, front_develop=True),
        row(HOSTILE, 0.6, 0.5, 0.7),
    ]
    text = page(rows)
    # three bars, and a line of steps for either cost
    assert text.count('<path class="interval"') == 3 + 2
    assert "0.0004 ←" in text and HOSTILE not in text
    assert "translate train" in text and "2 USD" in text


@pytest.mark.parametrize("use", [0.0, 0.5])
def test_what_is_free(use):
    text = page([row("zero_shot", 0.4, 0.0, 0.0), row("translate_test", 0.5, 0.0, use)], "")
    assert ("a thousand answers cost" in text) == bool(use)
    assert "what development costs" not in text
