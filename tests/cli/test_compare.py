"""`calque compare`."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from calque import registry
from calque.run import run
from calque.transfer import transfer

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

    shelf.put(letters, "letters/answers.py", ANSWERS)
    accuracy = Path(__file__).parent.parent.parent / "calque" / "evaluation"
    for name in ("__init__", "accuracy", "paired"):
        shelf.put(letters, f"evaluation/{name}.py", (accuracy / f"{name}.py").read_text())
    assert "evaluation.accuracy" in registry.parts()
    (tmp_path / "it.yaml").write_text(RECIPE)
    return tmp_path / "it.yaml"


def test_every_column_stands_once(letters, calque_command):
    """Also where the first result is no number and the others are."""
    folders = [run("count", {"times": times}, out=Path(f"t{times}")).folder for times in (2, 1)]
    for folder in folders:
        facts = json.loads((folder / "results.json").read_text())
        facts["results"] = {"about": "words"} | facts["results"]
        (folder / "results.json").write_text(json.dumps(facts))
    header = calque_command("compare", *folders).out.splitlines()[0].split()
    assert header == ["result", "t2", "t1", "t1", "-", "t2"]


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
        (
            ["a", "nowhere"],
            "nowhere: no results.json or scores.json; is this the folder of a run or a transfer?",
        ),
        (["a", "b"], "b/results.json: not the results of a run: 'results'"),
        (["a", "c"], "c: no scores.json; the transfer did not finish, the same command goes on"),
        (["a", "d"], "d/scores.json: not the scores of a transfer: 'chosen'"),
    ],
)
def test_wrong_words(letters, tmp_path, calque_command, words, message):
    run("count", out=tmp_path / "a")
    (tmp_path / "c" / "strategies").mkdir(parents=True)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "scores.json").write_text("{}")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "results.json").write_text("{}")
    answer = calque_command("compare", *words)
    assert (answer.code, answer.err) == (2, f"error: {message}\n")


TOY = registry.PACKAGE / "toy"


@pytest.fixture(scope="module")
def transfers(tmp_path_factory):
    """Transfers that differ in their model: one that knows the topics, one that learns them badly."""
    folder = tmp_path_factory.mktemp("transfers")
    files = {name: TOY / f"{name}.tsv" for name in ("train", "dev", "test")}
    for model in ("tiny", "tuned"):
        transfer(
            task="topic", source="eng", target="swh", model=TOY / model, out=folder / model,
            strategies=["zero-shot"], **files,
        )  # fmt: skip
    return folder


@pytest.fixture
def copied(transfers, tmp_path, monkeypatch):
    """Copies of them that a test may change."""
    shutil.copytree(transfers, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_transfers_side_by_side_and_in_pairs(copied, calque_command):
    scores = {
        name: json.loads((copied / name / "scores.json").read_text()) for name in ("tiny", "tuned")
    }
    values = [s["strategies"][0]["scores"]["accuracy"]["value"] for s in scores.values()]
    answer = calque_command("compare", "tiny", "tuned/scores.json", "--json")
    assert answer.code == 0
    rows = {row["result"]: row for row in answer.json["results"]}
    assert rows["chosen"] == {"result": "chosen", "tiny": "zero-shot", "tuned": "zero-shot"}
    for name in ("accuracy", "zero-shot.accuracy"):
        assert [rows[name]["tiny"], rows[name]["tuned"]] == values
        np.testing.assert_allclose(rows[name]["tuned - tiny"], values[1] - values[0])
    tested = {row["test"]: row for row in answer.json["tests"]}
    assert list(tested) == ["accuracy: tuned - tiny", "zero-shot.accuracy: tuned - tiny"]
    for row in tested.values():
        np.testing.assert_allclose(row["difference"], values[1] - values[0])
        assert (row["n"], row["low"] <= row["difference"] <= row["high"]) == (24, True)


def test_a_transfer_beside_a_run(copied, calque_command):
    text = (copied / "tiny" / "predictions.tsv").read_text().splitlines()
    gold = [line.split("\t")[2] for line in text[1:]]
    (copied / "it.yaml").write_text(
        "steps:\n"
        "  score: {use: evaluation.accuracy, "
        f"predictions: {json.dumps(['health'] * len(gold))}, references: {json.dumps(gold)}}}\n"
        "  other: {use: evaluation.accuracy, predictions: [a], references: [b]}\n"
    )
    run(copied / "it.yaml", out=copied / "always")
    answer = calque_command("compare", "tuned", "always", "--json")
    (test,) = answer.json["tests"]
    assert test["test"] == "accuracy and score: always - tuned"
    value = next(row["tuned"] for row in answer.json["results"] if row["result"] == "accuracy")
    np.testing.assert_allclose(test["difference"], gold.count("health") / len(gold) - value)


def test_transfers_on_other_test_sets_are_not_tested_in_pairs(copied, calque_command):
    lines = (TOY / "test.tsv").read_text().splitlines()
    lines[1] = "Maneno mengine\t" + lines[1].split("\t")[1]
    (copied / "test.tsv").write_text("\n".join(lines) + "\n")
    transfer(
        task="topic", source="eng", target="swh", train=TOY / "train.tsv", dev=TOY / "dev.tsv",
        test=copied / "test.tsv", model=TOY / "tiny", out=copied / "other",
        strategies=["zero-shot"],
    )  # fmt: skip
    answer = calque_command("compare", "tiny", "other", "--json")
    assert answer.json["tests"] == []
    assert answer.err.endswith(
        "no paired test of other - tiny: they were scored on different test sets\n"
    )


def test_without_the_cache_the_chosen_ones_are_tested_from_their_folders(
    copied, monkeypatch, calque_command
):
    whole = calque_command("compare", "tiny", "tuned", "--json").json["tests"][0]
    monkeypatch.setenv("CALQUE_HOME", str(copied / "empty"))
    assert calque_command("compare", "tiny", "tuned", "--json").json["tests"][0] == whole
    lines = (copied / "tuned" / "predictions.tsv").read_text().splitlines()
    (copied / "tuned" / "predictions.tsv").write_text("\n".join(lines[:-1]) + "\n")
    answer = calque_command("compare", "tiny", "tuned", "--json")
    assert (answer.code, answer.json["tests"]) == (0, [])
    assert "predictions.tsv has 23 rows" in answer.err


def test_predictions_that_are_not_those_of_the_scores_are_not_tested(copied, calque_command):
    file = copied / "tuned" / "scores.json"
    facts = json.loads(file.read_text())
    facts["strategies"][0]["scores"]["accuracy"]["value"] = 0.123
    file.write_text(json.dumps(facts))
    answer = calque_command("compare", "tiny", "tuned", "--json")
    assert answer.json["tests"] == []
    assert "the predictions there are not those of the scores" in answer.err
