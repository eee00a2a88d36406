"""Translation errors injected at known rates, found by the gap, and sheets of new labels."""

import numpy as np
import pyarrow as pa
import pytest
from planted_pairs import broken, paraphrased, planted, written
from sklearn.metrics import cohen_kappa_score

from calque.data.labelled import labelled
from calque.data.tsv import write_tsv
from calque.errors import BadSetting, BadValue
from calque.evaluation.flagged import flagged
from calque.evaluation.kappa import kappa
from calque.evaluation.overlap_probe import overlap_probe
from calque.evaluation.reannotated import reannotated
from calque.evaluation.reannotation_sheet import reannotation_sheet
from calque.evaluation.translation_gap import translation_gap
from calque.values import Labelled

ROWS = planted(1200, 5)
GOLD = [label for _, _, label in ROWS]
RATES = {"swh": 0.0, "hin": 0.08, "urd": 0.2}


def said(rows):
    return overlap_probe(written(planted(900, 1)), written(rows))


def test_the_gap_is_what_was_injected_and_paraphrase_makes_none():
    human = {code: broken(ROWS, rate, k) for k, (code, rate) in enumerate(RATES.items())}
    right = said(ROWS)
    made = {code: said(rows) for code, (rows, _) in human.items()}
    made["eng"] = said(paraphrased(ROWS, 9))
    table = translation_gap(made, dict.fromkeys(made, right), GOLD)
    rows = {row["language"]: row for row in table}
    assert list(rows)[:2] == ["urd", "hin"]
    accuracy = rows["urd"]["machine"]
    assert accuracy > 0.8
    for code, rate in RATES.items():
        # a broken row is right where the text's new label is mistaken for the old one
        expected = rate * (accuracy - (1 - accuracy) / 2)
        assert rows[code]["low"] <= expected <= rows[code]["high"]
        assert (rows[code]["low"] > 0) == (rate > 0)
    harmless = rows["eng"]
    assert harmless["human_only"] > 50 and harmless["machine_only"] > 50
    assert harmless["low"] <= 0 <= harmless["high"] and harmless["p"] > 0.05
    assert rows["swh"]["gap"] == 0 and rows["swh"]["p"] == 1


def test_new_labels_disagree_where_errors_were_injected(tmp_path):
    rows, true = broken(ROWS, 0.2, 3)
    doubted = flagged(said(rows), said(ROWS), GOLD)
    sheet = reannotation_sheet(written(rows), doubted, controls=150, seed=2)
    assert len(sheet) == len(doubted) + 150
    write_tsv(sheet, tmp_path / "sheet.tsv")
    again = labelled(tmp_path / "sheet.tsv", task="pair", language="eng")
    assert again.table.equals(sheet.table.select(again.table.column_names))
    filled = again.table.to_pylist()
    for row in filled:
        row["label"] = true[int(row["id"])]
    filled[0]["label"] = None
    write_tsv(Labelled.of(filled, "pair"), tmp_path / "filled.tsv")
    found = {
        r["rows"]: r
        for r in reannotated(labelled(tmp_path / "filled.tsv", task="pair"), GOLD, doubted)
    }
    assert found["all"]["unlabelled"] == 1 and found["all"]["n"] == len(sheet) - 1
    assert found["flagged"]["agreement"] < 0.1
    assert found["others"]["agreement"] > 0.9
    assert found["flagged"]["kappa"] < 0 < 0.8 < found["others"]["low"]
    new = [(row["label"], GOLD[int(row["id"])]) for row in filled[1:]]
    assert found["all"]["kappa"] == pytest.approx(cohen_kappa_score(*zip(*new, strict=True)))


@pytest.mark.parametrize("seed", range(6))
def test_kappa_equals_scikit_learn(seed):
    generator = np.random.default_rng(seed)
    one = generator.choice(["x", "y", "z"], 50, p=[0.6, 0.3, 0.1])
    other = np.where(generator.random(50) < 0.6, one, generator.choice(["x", "y", "w"], 50))
    score = kappa(one.tolist(), other.tolist())
    assert score.value == pytest.approx(cohen_kappa_score(one, other))
    assert score.low is not None and score.high is not None
    assert score.low < score.value < score.high


def test_kappa_at_its_ends():
    assert kappa(["a", "b"] * 5, ["a", "b"] * 5).value == 1
    assert kappa(["a", "b"] * 5, ["b", "a"] * 5).value == -1
    assert kappa(["a"] * 4, ["a"] * 4).value == 1
    assert kappa(["a", "a", "b", "b"], ["a", "b", "a", "b"]).value == 0
    with pytest.raises(BadValue, match="2 and 1 labels"):
        kappa(["a", "b"], ["a"])
    with pytest.raises(BadValue, match="1 labels are missing"):
        kappa(["a", None], ["a", "b"])


def test_flagged_by_hand():
    human, machine, gold = "aabb", "abab", "aaaa"
    assert flagged(human, machine, gold) == [2]
    assert flagged(human, machine, gold, either=True) == [1, 2]
    assert flagged("", "", "") == []


def test_a_sheet_takes_no_more_than_there_is_and_tells_nothing():
    tests = written(ROWS[:6])
    sheet = reannotation_sheet(tests, [4, 1, 4], controls=100)
    assert sorted(sheet.table["id"].to_pylist()) == list("012345")
    assert sheet.gold == [None] * 6
    assert sheet.table.column_names == ["id", "text", "text_b", "label"]
    assert len(reannotation_sheet(tests, [])) == 0
    named = tests.with_columns(language=pa.array(list("hhhuuu")))
    for row in reannotation_sheet(named, [4, 1]):
        assert row["language"] == "hu"[int(row["id"]) > 2]
    empty = {row["rows"]: row for row in reannotated(sheet, GOLD[:6], [1, 4])}
    assert empty["flagged"] == {
        **{"rows": "flagged", "n": 0, "agreement": None, "kappa": None, "low": None, "high": None},
        "unlabelled": 2,
    }


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadValue, match="human translations of hin and machine translations of urd"):
        translation_gap({"hin": ["a"]}, {"urd": ["a"]}, ["a"])
    with pytest.raises(BadValue, match="1 and 2 predictions of the two versions and 1 labels"):
        translation_gap({"hin": ["a"]}, {"hin": ["a", "b"]}, ["a"])
    with pytest.raises(BadValue, match="row 1 has no label to compare with"):
        flagged(["a", "b"], ["a", "b"], ["a", None])
    with pytest.raises(BadValue, match="no labels to compare with"):
        translation_gap({"hin": []}, {"hin": []}, [])
    tests = written(ROWS[:3])
    with pytest.raises(BadValue, match="row 3 is not among 3 examples"):
        reannotation_sheet(tests, [3])
    with pytest.raises(BadSetting, match="controls must be at least 0"):
        reannotation_sheet(tests, [0], controls=-1)
    sheet = [{"id": "0", "text": "a", "text_b": "b", "label": "neutral"}]
    for change, said_ in (
        ([{"id": "9"}], "id '9' is no row of 3 examples"),
        ([{"id": "x"}], "id 'x' is no row"),
        ([{}, {}], "row 0 stands twice"),
        ([{"label": "maybe"}], "label 'maybe' on the sheet is none of the old ones"),
    ):
        with pytest.raises(BadValue, match=said_):
            reannotated(Labelled.of([sheet[0] | one for one in change], "pair"), GOLD[:3], [0])
    with pytest.raises(BadValue, match="row 3 in doubt is not among 3 examples"):
        reannotated(reannotation_sheet(tests, [0]), GOLD[:3], [3])
    with pytest.raises(BadValue, match="no column 'id'"):
        reannotated(tests, GOLD[:3], [0])
