from itertools import pairwise
from pathlib import Path

import pytest

from calque.synthetic.measure import Row, crossing, edit_distance, rows, table, unlinked
from calque.values.links import Links

DOCS = Path(__file__).resolve().parents[2] / "docs" / "synthetic.md"


@pytest.fixture(scope="module")
def found() -> list[Row]:
    return rows()


def values(found: list[Row], setting: str, quantity: str = "") -> dict[str, float]:
    return {v: x for name, v, what, x in found if name == setting and what.startswith(quantity)}


def test_measures_by_hand():
    assert edit_distance("kitten", "sitting") == 3 / 7
    assert edit_distance("", "") == 0
    links = [Links([(0, 1), (1, 0), (2, 2)], (4, 3)), Links([(0, 0), (1, 1)], (2, 2))]
    assert crossing(links) == 1 / 4
    assert unlinked(links) == pytest.approx(1 / 6)


def test_the_table_in_the_docs_is_this_one(found):
    assert table(found) in DOCS.read_text(encoding="utf-8")


def test_what_falls_and_rises(found):
    def rising(row: dict[str, float]) -> bool:
        numbers = list(row.values())
        return all(a < b for a, b in pairwise(numbers))

    assert rising({k: -v for k, v in values(found, "cognates").items()})
    assert rising(values(found, "overlap"))
    assert rising(values(found, "morphology", "types"))
    assert rising({k: -v for k, v in values(found, "morphology", "words").items()})
    assert rising(values(found, "sharpness"))
    assert rising(values(found, "concepts"))


def test_what_equals_its_setting(found):
    for setting in ("typos", "misaligned", "wrong_labels"):
        for quantity in {what for name, _, what, _ in found if name == setting}:
            for value, number in values(found, setting, quantity).items():
                assert number == pytest.approx(float(value), abs=0.04), (setting, quantity)
    for value, number in values(found, "overlap").items():
        assert number == pytest.approx(float(value), abs=0.002)
    for value, number in values(found, "sharpness").items():  # chance is 1 of 6 topics
        assert number == pytest.approx(float(value) + (1 - float(value)) / 6, abs=0.02)
    for value, number in values(found, "topics").items():
        assert number == int(value)


def test_grammar(found):
    crossed = values(found, "order")
    assert crossed["SVO, SVO"] == 0 and min(v for k, v in crossed.items() if k != "SVO, SVO") > 0.1
    null = values(found, "articles")
    assert null["no, no"] == null["yes, yes"] == 0 and null["yes, no"] > 0.1


def test_shapes_scripts_and_clones(found):
    assert min(values(found, "tree", "correlation").values()) > 0.85
    scripts = values(found, "scripts")
    mixed = scripts.pop("Latn, Cyrl; overlap=0.3")
    assert set(scripts.values()) == {1.0} and 0.4 < mixed < 0.9
    assert values(found, "clone", "share of identical") == {"yes": 0.0}
    assert values(found, "clone", "share of words that the lexicon") == {"yes": 1.0}
    assert -1.1 < values(found, "(frequency)")["200 commonest words"] < -0.6
