"""`calque compare`."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from calque.run import run

RECIPE = """
inputs: {right: 10}
steps:
  gold: {use: letters.answers, right: 40}
  made: {use: letters.answers, right: $right}
  score: {use: evaluation.accuracy, predictions: $made, references: $gold, boot: 100}
"""
ANSWERS = '''
    from calque.roles import part

    @part
    def answers(*, right: int) -> list[str]:
        """Give forty answers, the first of them right."""
        return ["yes"] * right + ["no"] * (40 - right)
'''


@pytest.fixture
def scored(letters, tmp_path):
    import shelf

    from calque import registry

    shelf.put(letters, "letters/answers.py", ANSWERS)
    accuracy = Path(__file__).parent.parent.parent / "calque" / "evaluation"
    for name in ("__init__", "accuracy", "paired"):
        shelf.put(letters, f"evaluation/{name}.py", (accuracy / f"{name}.py").read_text())
    assert "evaluation.accuracy" in registry.parts()
    (tmp_path / "it.yaml").write_text(RECIPE)
    return tmp_path / "it.yaml"


def test_results_side_by_side(letters, calque_command):
    first, second = (run("count", {"times": times}, out=Path(f"t{times}")) for times in (2, 1))
    rows = {
        row["result"]: row for row in calque_command("compare", first.folder, second.folder).rows
    }
    assert rows["total"] == {"result": "total", "t2": "23", "t1": "13", "t1 - t2": "-10"}
    assert rows["sizes"] == {"result": "sizes", "t2": "[6, 4, 0]", "t1": "[3, 2, 0]", "t1 - t2": ""}
    answer = calque_command("compare", first.folder / "results.json", second.folder, "--json")
    assert answer.json["results"][-1]["t1 - t2"] == -10.0
    assert answer.json["tests"] == []


def test_a_result_that_one_run_lacks_is_empty(letters, tmp_path, calque_command):
    run("count", out=tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    (tmp_path / "b" / "results.json").write_text(json.dumps({"results": {"other": {"x": 1}}}))
    rows = {row["result"]: row for row in calque_command("compare", "a", "b").rows}
    assert (rows["total"]["a"], rows["total"]["b"]) == ("23", "")
    assert (rows["other.x"]["a"], rows["other.x"]["b"]) == ("", "1")


def test_outcomes_on_the_same_examples_are_tested_in_pairs(scored, calque_command):
    for right in (10, 30, 11):
        run(scored, {"right": right}, out=Path(f"r{right}"))
    answer = calque_command("compare", "r10", "r30", "r11", "--json")
    first, second = answer.json["tests"]
    assert (first["test"], first["metric"], first["n"]) == ("score: r30 - r10", "accuracy", 40)
    np.testing.assert_allclose(first["difference"], 0.5)
    assert first["low"] > 0 and first["p"] < 0.01
    np.testing.assert_allclose(second["difference"], 1 / 40)
    assert second["low"] <= 0 and second["p"] > 0.5
    assert "score: r30 - r10\taccuracy\t0.5" in calque_command("compare", "r10", "r30").out


def test_without_the_cache_results_stay_and_the_test_is_missed_aloud(
    scored, tmp_path, calque_command
):
    for right in (10, 30):
        run(scored, {"right": right}, out=Path(f"r{right}"))
    shutil.rmtree(tmp_path / "home")
    answer = calque_command("compare", "r10", "r30")
    assert answer.code == 0
    assert "score\t0.25\t0.75\t0.5" in answer.out
    assert answer.err.startswith("no paired test of r30 - r10: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a"], "give at least two runs to compare"),
        (["a", "nowhere"], "nowhere: no results.json; is this the folder of a run?"),
        (["a", "b"], "b/results.json: not the results of a run: 'results'"),
    ],
)
def test_wrong_words(letters, tmp_path, calque_command, words, message):
    run("count", out=tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "results.json").write_text("{}")
    answer = calque_command("compare", *words)
    assert (answer.code, answer.err) == (2, f"error: {message}\n")
