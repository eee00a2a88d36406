"""`calque transfer` as it is typed."""

import json
import re

import pytest

from calque import registry

TOY = registry.PACKAGE / "toy"
WORDS = [
    "transfer", "--task", "topic", "--source", "eng", "--target", "swh", "--train", TOY / "train.tsv",
    "--dev", TOY / "dev.tsv", "--test", TOY / "test.tsv", "--model", TOY / "tuned",
]  # fmt: skip
PAIRS = ["--parallel", TOY / "eng-swh.tsv"]


def test_the_plan_without_the_work(calque_command, tmp_path):
    answer = calque_command(*WORDS, *PAIRS, "--out", tmp_path / "runs" / "run", "--dry-run")
    assert answer.code == 0
    levels = {row["strategy"]: row["level"] for row in answer.rows}
    assert levels["zero-shot"] == "T0" and levels["vocabulary"] == "T2" and "masked" in levels
    assert all(re.fullmatch(r"\d+ (s|min)", row["expected"]) for row in answer.rows)
    assert not (tmp_path / "runs").exists()
    lacking = [*WORDS[:-2], "--test", tmp_path / "none.tsv", *WORDS[-2:]]
    answer = calque_command(*lacking, "--out", tmp_path / "runs", "--dry-run")
    assert answer.code == 2 and "none.tsv" in answer.err
    assert not (tmp_path / "runs").exists()


def test_the_plan_as_json_follows_what_is_given(calque_command, tmp_path):
    more = ["--few", TOY / "few.tsv", "--out", tmp_path / "run", "--dry-run", "--json"]
    plan = calque_command(*WORDS, *more).json
    assert plan["level"] == "T3"
    names = [row["strategy"] for row in plan["plan"]]
    assert "zero-shot+few-shot" in names and "vocabulary" not in names


def test_a_run_says_what_it_found_and_where(calque_command, tmp_path):
    out = tmp_path / "run"
    more = ["--strategy", "zero-shot", "--strategy", "vocabulary", "--target-dev", TOY / "few.tsv"]
    answer = calque_command(*WORDS, *PAIRS, *more, "--out", out)
    assert answer.code == 0
    facts = json.loads((out / "scores.json").read_text())
    rows = {row["strategy"]: row for row in answer.rows}
    assert set(rows) == {"zero-shot", "vocabulary"}
    assert {row["level"] for row in rows.values()} == {"T4"}
    for known in facts["strategies"]:
        value = known["scores"]["accuracy"]["value"]
        assert rows[known["strategy"]]["accuracy"] == f"{100 * value:.1f}"
        assert rows[known["strategy"]]["chosen"] == ("*" if known["chosen"] else "")
    assert f"chosen by target development labels: {facts['chosen']}" in answer.err
    again = calque_command(*WORDS, *PAIRS, *more, "--out", out, "--json").json
    assert again["strategies"] == facts["strategies"]


def test_models_of_several_languages_in_one_folder(calque_command, tmp_path):
    models = tmp_path / "models"
    for number, target in enumerate(("swh", "ind")):
        words = [*WORDS, "--strategy", "zero-shot", "--out", tmp_path / target, "--into", models]
        words[words.index("swh")] = target
        answer = calque_command(*words)
        assert answer.code == 0 and f"the model is {models}#{target} too" in answer.err
        assert f"{'100' if number else '0'}% shared" in answer.err
    answer = calque_command("apply", "models.members", models)
    assert [row["member"] for row in answer.rows] == ["swh", "ind"]
    assert [row["alone"] for row in answer.rows] == ["0", "0"]  # one model for both
    member = calque_command("apply", "models.member", models, "--name", "swh", "--out", tmp_path / "own")  # fmt: skip
    assert member.code == 0
    for name in ("model.safetensors", "config.json", "tokenizer.json", "README.md"):
        expected = (tmp_path / "swh" / "model" / name).read_bytes()
        assert (tmp_path / "own" / name).read_bytes() == expected
    out = [tmp_path / "a.json", tmp_path / "b.json"]
    for model, path in zip((f"{models}#swh", tmp_path / "swh" / "model"), out, strict=True):
        words = ["apply", "models.predict", model, TOY / "test.tsv", "--task", "topic"]
        assert calque_command(*words, "--out", path).code == 0
    predicted = json.loads(out[0].read_text())
    assert predicted == json.loads(out[1].read_text()) and len(predicted) == 24
    assert set(predicted) <= {line.split("\t")[1] for line in (TOY / "train.tsv").read_text().splitlines()[1:]}  # fmt: skip
    # a member is a model to transfer from, too
    words = [*WORDS, "--strategy", "zero-shot", "--out", tmp_path / "next", "--into", models]
    words[words.index(TOY / "tuned")] = f"{models}#swh"
    answer = calque_command(*words)
    assert answer.code == 0 and "swh is replaced" in answer.err


def test_a_folder_of_something_else_is_refused_before_work(calque_command, tmp_path):
    (tmp_path / "thesis.tex").touch()
    answer = calque_command(*WORDS, "--out", tmp_path / "run", "--into", tmp_path)
    assert answer.code == 2 and "something else" in answer.err
    assert "strategies" not in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--strategy", "vocabulery"], "did you mean vocabulary"),
        (["--columns", "{words: 7}"], "words"),
        (["--parallel", "nowhere.tsv"], "nowhere.tsv: no such file"),
    ],
)
def test_what_the_user_can_mend_ends_with_2(calque_command, tmp_path, words, said):
    answer = calque_command(*WORDS, *(PAIRS if "--parallel" not in words else []), *words, "--out", tmp_path / "run")  # fmt: skip
    assert answer.code == 2 and said in answer.err
    assert "Traceback" not in answer.err


def test_the_demo_writes_what_transfer_reads(calque_command, tmp_path):
    files = calque_command("demo", tmp_path / "data", "--json").json
    assert len(files) == 7 * 3 * 2 + 6
    data = tmp_path / "data"
    words = [
        "transfer",
        "--task",
        "ner",
        "--source",
        "eng",
        "--target",
        "tur",
        "--model",
        TOY / "tiny",
    ]
    words += ["--parallel", data / "eng-tur.tsv", "--out", tmp_path / "run", "--dry-run"]
    for split in ("train", "dev"):
        words += [f"--{split}", data / "eng" / f"ner.{split}.conll"]
    answer = calque_command(*words, "--test", data / "tur" / "ner.test.conll")
    assert answer.code == 0 and "glossed" in answer.out
