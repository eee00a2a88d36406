"""Scorers of tuples: by hand, and as the code of CaRB and BenchIE."""

import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest

from calque.data.facts import facts
from calque.data.tuples import tuples
from calque.errors import BadLines, BadValue
from calque.evaluation.benchie import benchie
from calque.evaluation.carb import carb
from calque.values import Labelled

GOLDEN = Path(__file__).parent.parent / "golden"
SPEC = importlib.util.spec_from_file_location("open_ie", GOLDEN / "open_ie.py")
assert SPEC is not None and SPEC.loader is not None
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)
ANSWERS = json.loads((GOLDEN / "open_ie.json").read_text())["answers"]


def said(relation, *arguments, score=1.0):
    return {"relation": relation, "arguments": list(arguments), "score": score}


def numbers(score, *names):
    return {"f1": score.value} | {name: score.conditions[name] for name in names}


def test_words_of_tuples_by_hand():
    """2 of 2 relation words, 1 of 1 and 1 of 3 in the arguments: 4 of 6 right, of 5 that were to be said."""
    gold = [[said("sat on", "cats", "the mat")]]
    score = carb([[said("sat on", "cats", "a mat there")]], gold, boot=10)
    assert numbers(score, "precision", "recall") == pytest.approx({"f1": 8 / 11, "precision": 4 / 6, "recall": 4 / 5}, abs=1e-5)  # fmt: skip
    # another relation matches nothing, however right its arguments; a said one may be turned
    assert carb([[said("ran", "cats", "the mat")]], gold, boot=10).value == 0
    turned = [[said("said", "it rains", "Asha")]]
    assert carb([[said("said", "Asha", "it rains")]], turned, boot=10).value == 1
    assert (
        carb(
            [[said("be old in", "he", "Rome")]], [[said("is old in", "he", "Rome")]], boot=10
        ).value
        == 1
    )


def test_the_best_threshold_of_scores_is_taken():
    gold = [[said("sees", "Asha", "Rome")], [said("runs", "he", "home")]]
    good, bad = said("sees", "Asha", "Rome", score=0.9), said("eats", "it", "all", score=0.2)
    score = carb([[good, bad], [bad]], gold, boot=50)
    assert numbers(score, "precision", "recall", "auc") == pytest.approx(
        {"f1": 2 / 3, "precision": 1, "recall": 0.5, "auc": 0.5}
    )
    assert score.low <= score.value <= score.high


def test_carb_scores_as_its_authors_code_does():
    found, gold = golden.planted()
    score = carb(found, gold, boot=10)
    assert numbers(score, "precision", "recall", "auc") == pytest.approx(
        ANSWERS["planted"], abs=2e-5
    )


@pytest.mark.parametrize("name", ["dev", "test"])
def test_carb_scores_its_own_files_as_its_authors_code_does(name):
    folder = os.environ.get("CARB_FOLDER")
    if not folder:
        pytest.skip("set CARB_FOLDER to the folder that holds CaRB_dev.tsv and CaRB_test.tsv")
    gold = tuples(Path(folder) / f"CaRB_{name}.tsv").gold
    draw = np.random.default_rng(7)
    score = carb([golden.disturbed(own, draw) for own in gold], gold, boot=10)
    assert numbers(score, "precision", "recall", "auc") == pytest.approx(ANSWERS[name], abs=2e-5)


def test_facts_are_found_as_benchie_s_code_finds_them(tmp_path):
    (tmp_path / "facts.txt").write_text(golden.FACTS, encoding="utf-8")
    examples = facts(tmp_path / "facts.txt")
    assert [len(one) for one in examples.table["facts"].to_pylist()] == [2, 2, 1]
    made = {name: [] for name in examples.table["id"].to_pylist()}
    for name, subject, relation, thing in golden.SAID:
        made[name].append(said(relation, subject, thing))
    score = benchie(list(made.values()), examples, boot=50)
    assert numbers(score, "precision", "recall") == pytest.approx(ANSWERS["facts"], abs=2e-5)
    # by hand: four of five facts; "Kenya minister", "old the town" and "町 に に" are no way to say one
    assert numbers(score, "precision", "recall") == pytest.approx({"f1": 8 / 12, "precision": 4 / 7, "recall": 0.8}, abs=1e-5)  # fmt: skip


def test_nothing_found_and_nothing_there_are_scores():
    gold = [[said("sees", "Asha", "Rome")], []]
    nothing = carb([[], []], gold, boot=10)
    assert (nothing.value, nothing.conditions["precision"], nothing.conditions["auc"]) == (0, 0, 0)
    assert carb([[], [said("a", "b")]], gold, boot=10).value == 0
    assert carb([[said("", "")], []], gold, boot=10).value == 0
    with pytest.raises(BadValue, match="1 sentences with predictions and 2 references"):
        carb([[]], gold)
    with pytest.raises(BadValue, match="it reads 'facts'"):
        benchie([[]], Labelled.of([{"words": ["a"]}], "tuples"))


FILES = {
    "carb.tsv": "A cat sat .\tsat\tA cat\n他 走\t走\t他\tC: x\nA cat sat .\tis\tit\tcat\n",
    "scored.tsv": "A cat sat .\t0.5\tsat\tA cat\n他 走\t2\t走\t他\nA cat sat .\t1e-1\tis\tit\tcat\n",
    "lines.jsonl": (
        '{"sentence_tokenized": ["A", "cat", "sat", "."], "tuples": [{"arg0": "A cat", "relation": "sat", "args": [], '
        '"score": 0.5}, {"arg0": "it", "relation": "is", "args": ["cat"]}]}\n'
        '{"sentence": "他 走", "tuples": [{"arg0": "他", "relation": "走", "args": []}]}\n'
    ),
    "again.json": (
        '{"A cat sat .": [{"pred": "<be> sat", "arg0": "A cat", "arg1": "", "temp": ""},\n{"pred": "is", "arg0": "it", '
        '"arg1": "cat"}],\n"他 走": [{"pred": "走", "arg0": "他"}]}'
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_tuples_are_read_from_every_format(tmp_path, name):
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    found = tuples(path, language="mul", scored=name == "scored.tsv")
    assert found.table["words"].to_pylist() == [["A", "cat", "sat", "."], ["他", "走"]]
    made = [[(t["relation"], t["arguments"]) for t in own] for own in found.gold]
    assert made == [[("sat", ["A cat"]), ("is", ["it", "cat"])], [("走", ["他"])]]
    if name == "scored.tsv":
        assert [t["score"] for own in found.gold for t in own] == [0.5, 0.1, 2.0]


def test_bad_lines_are_told_with_their_place(tmp_path):
    (tmp_path / "a.tsv").write_text("only a sentence\nx\ty\tz\n")
    with pytest.raises(BadLines, match=r"a\.tsv:1: expected sentence, relation"):
        tuples(tmp_path / "a.tsv")
    assert len(tuples(tmp_path / "a.tsv", drop_bad=True)) == 1
    with pytest.raises(BadLines, match="expected sentence, score, relation"):
        tuples(tmp_path / "a.tsv", scored=True)
    for text, why in {
        '{"sentence": "a", "tuples": [1]}': "without a 'sentence' and 'tuples'",
        '{"sentence": "a", "tuples": [{"args": 3}]}': "'args' are no list",
        '{"a": [{"arg0": "b"}]\n}': "no list of objects with 'pred' for 'a'",
    }.items():
        (tmp_path / "c.json").write_text(text)
        with pytest.raises(BadLines, match=why):
            tuples(tmp_path / "c.json")
    (tmp_path / "b.txt").write_text("a --> b --> c\n")
    with pytest.raises(BadLines, match=r"b\.txt:1: stands before the first sentence"):
        facts(tmp_path / "b.txt")
