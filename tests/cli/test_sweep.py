"""`calque sweep`."""

import json

import pytest

from calque.cli.sweep import _words


def test_a_sweep_prints_a_table(letters, calque_command):
    answer = calque_command("sweep", "count", "--over", "times=1..3")
    assert answer.code == 0
    assert [(row["times"], row["total"], row["error"]) for row in answer.rows] == [
        ("1", "13", ""),
        ("2", "23", ""),
        ("3", "33", ""),
    ]


@pytest.mark.parametrize("name", ["table.tsv", "table.json"])
def test_the_table_is_written(letters, tmp_path, calque_command, name):
    out = tmp_path / "new" / name
    answer = calque_command(
        "sweep", "count", "--over", "times=2,0", "--file", "toy/lines.txt", "--out", out, "--json"
    )
    assert answer.code == 1
    assert answer.err.splitlines()[-1] == "1 of 2 runs failed"
    assert [row["times"] for row in answer.json] == [2, 0]
    if name == "table.json":
        assert json.loads(out.read_text()) == answer.json
    else:
        names, first, second = (line.split("\t") for line in out.read_text().splitlines())
        assert dict(zip(names, first, strict=True))["sizes"] == "[6, 4, 0]"
        assert dict(zip(names, second, strict=True))["error"].startswith("letters.repeat: times")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "say what to vary: --over NAME=V1,V2 (calque run RECIPE --help lists inputs)"),
        (["--over", "times"], "--over times: must be NAME=V1,V2 or NAME=0..4"),
        (["--over", "times="], "--over times=: must be NAME=V1,V2 or NAME=0..4"),
        (
            ["--over", "tims=1"],
            "count has no input 'tims'; did you mean --times?; it has: file, times",
        ),
        (["--over", "times=1,x"], "--over times: must be int, got 'x'"),
        (["--over", "times=1", "--over", "times=2"], "--over times is given twice"),
        (["--over", "times=1", "--out", "x.csv"], "--out x.csv: must end in .tsv or .json"),
        (["--over", "times=1", "two"], "calque sweep takes one recipe; what is 'two'?"),
    ],
)
def test_wrong_words(letters, calque_command, words, message):
    answer = calque_command("sweep", "count", *words)
    assert (answer.code, answer.err) == (2, f"error: {message}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b", ["a", "b"]),
        ("-1..1", ["-1", "0", "1"]),
        ("3..1", []),
        ("[a,b],[c]", ["[a,b]", "[c]"]),
        ("{use: x, a: 1},y", ["{use: x, a: 1}", "y"]),
        ("1.5", ["1.5"]),
    ],
)
def test_values_in_one_word(text, words):
    assert _words(text) == words
