"""`calque run`."""

import json
from pathlib import Path

import planted_ways
import pytest
import shelf


def test_a_run_prints_steps_results_and_costs(letters, calque_command):
    answer = calque_command("run", "count", "--times=3")
    assert answer.code == 0
    assert [(row["step"], row["result"]) for row in answer.rows[:3]] == [
        ("lines", "3"),
        ("more", "3"),
        ("sizes", "[9, 6, 0]"),
    ]
    assert answer.rows[3]["result"].startswith("total 3300.0 | n:3 calque:")
    assert {row["cached"] for row in answer.rows} == {"no"}
    assert "step lines: letters.read\n" in answer.err
    assert {row["cached"] for row in calque_command("run", "count", "--times=3").rows} == {"yes"}


def test_json_and_the_folder(letters, tmp_path, calque_command):
    answer = calque_command("run", "count", "--json", "--out", tmp_path / "here")
    assert answer.json["results"] == {"lines": 3, "more": 3, "sizes": [6, 4, 0], "total": 23.0}
    assert answer.json["folder"] == str(tmp_path / "here")
    stored = json.loads((tmp_path / "here" / "results.json").read_text())
    assert stored["results"] == answer.json["results"]


def test_the_model_of_a_run_is_left_in_its_folder(letters, tmp_path, calque_command):
    part = """\"\"\"A model.\"\"\"

import numpy as np
from safetensors.numpy import save_file

from calque.roles import part
from calque.values import Checkpoint
from calque.workspace import fresh


@part
def model(word: str) -> Checkpoint:
    folder = fresh("model")
    save_file({"table": np.zeros(3)}, folder / "model.safetensors")
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (folder / "word.txt").write_text(word)
    return Checkpoint(folder)
"""
    shelf.put(letters, "letters/model.py", part)
    steps = "inputs: {word: one}\nsteps: {model: {use: letters.model, word: $word}}"
    shelf.put(letters, "recipes/letters/modelled.yaml", steps)
    out = tmp_path / "here"
    for word in ("one", "other"):  # the second one takes the place of the first
        answer = calque_command("run", "modelled", "--word", word, "--out", out, "--json")
        assert answer.code == 0, answer.err
        assert answer.json["model"] == str(out / "model")
        assert (out / "model" / "word.txt").read_text() == word
    assert "model" not in calque_command("run", "count", "--json").json


def test_tables_are_shown_behind_the_steps(letters, calque_command):
    part = (
        '"""Squares."""\n\nfrom calque.roles import part\nfrom calque.values import Table\n\n\n@part\n'
        "def squares(n: int) -> Table:\n    return Table(tuple({'n': k, 'square': k * k} for k in range(n)))\n"
    )
    shelf.put(letters, "letters/squares.py", part)
    steps = "steps: {few: {use: letters.squares, n: 3}, many: {use: letters.squares, n: 101}}"
    shelf.put(letters, "recipes/letters/squared.yaml", steps)
    for _ in range(2):  # the second time from the cache
        answer = calque_command("run", "squared")
        assert "\nfew:\n" in f"\n{answer.err}" and "many:\n" not in answer.err
        assert answer.out.endswith("\nn\tsquare\n0\t0\n1\t1\n2\t4\n")
    told = calque_command("run", "squared", "--json").json["tables"]
    assert told == {"few": [{"n": k, "square": k * k} for k in range(3)]}


def test_check_compares_with_what_is_expected(letters, calque_command):
    answer = calque_command("run", "count", "--check")
    assert (answer.code, answer.err.splitlines()[-1]) == (0, "2 results are as expected")
    answer = calque_command("run", "count", "--check", "--times", "1", "--json")
    assert answer.code == 1
    assert answer.json["differences"] == ["count: 'total' is 13.0, expected 23.0"]
    assert "count: 'total' is 13.0, expected 23.0" in answer.err


def test_check_without_anything_expected(letters, tmp_path, calque_command):
    (tmp_path / "it.yaml").write_text("steps: {a: {use: letters.twice, number: 1}}")
    answer = calque_command("run", "it.yaml", "--check")
    assert answer.code == 2
    assert "expects nothing" in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--tmies", "3"],
            "count has no input 'tmies'; did you mean --times?; it has: file, times",
        ),
        (["--times", "many"], "--times: must be int, got 'many'"),
        (["--times"], "--times needs a value"),
        (["--times", "1", "--times", "2"], "--times is given twice"),
        (["other"], "calque run takes one recipe; what is 'other'?"),
        (["--file", "nowhere.txt"], "nowhere.txt: no such file or folder (step 'lines' of count)"),
    ],
)
def test_wrong_words(letters, calque_command, words, message):
    answer = calque_command("run", "count", *words)
    assert answer.code == 2
    assert answer.err.splitlines()[-1] == f"error: {message}"
    assert not Path("runs").exists()


def test_flags_before_the_recipe(letters, calque_command):
    answer = calque_command("run", "--times", "3", "count")
    assert answer.code == 2
    assert answer.err == "error: the recipe comes first, then --times\n"


def test_help_of_a_recipe_names_its_inputs(letters, calque_command):
    answer = calque_command("run", "count", "--help")
    assert answer.code == 0
    assert "--times                int              [default: 2]" in answer.out
    assert "--file                 Path             [default: toy/lines.txt]" in answer.out


def test_without_a_recipe(calque_command):
    answer = calque_command("run")
    assert answer.code == 2
    assert "Usage: calque run" in answer.out


def test_inputs_are_typed_by_what_takes_them(letters, tmp_path, calque_command):
    shelf.put(
        letters,
        "letters/kinds.py",
        '''
        from collections.abc import Callable
        from pathlib import Path

        from calque.roles import part

        @part
        def kinds(
            text: str, numbers: list[int], *, share: float, deep: bool, most: int | None,
            place: Path | str, change: Callable | None = None,
        ) -> str:
            """Say what came."""
            changed = change(3) if change else None
            return repr((text, numbers, share, deep, most, str(place), changed))
        ''',
    )
    (tmp_path / "it.yaml").write_text(
        "inputs: {text: a, numbers: [1], a-share: 1, deep: false, most: 3, place: minilm, "
        "change: {use: letters.twice}}\n"
        "steps: {it: {use: letters.kinds, text: $text, numbers: $numbers, share: $a-share, "
        "deep: $deep, most: $most, place: $place, change: $change}}"
    )

    def result(*words: str) -> str:
        answer = calque_command("run", "it.yaml", *words, "--json")
        assert answer.code == 0, answer.err
        return answer.json["results"]["it"]

    assert result() == "('a', [1], 1, False, 3, 'minilm', 6)"
    assert result("--text", "no", "--numbers", "[4, 5]") == (
        "('no', [4, 5], 1, False, 3, 'minilm', 6)"
    )
    assert result("--a-share", "-0.5", "--deep", "--most", "none") == (
        "('a', [1], -0.5, True, None, 'minilm', 6)"
    )
    assert result("--deep", "no", "--a_share=2", "--numbers", "7") == (
        "('a', [7], 2.0, False, 3, 'minilm', 6)"
    )
    assert result("--change", "{use: letters.twice, plus: 1}").endswith(" 7)")
    assert result("--change", "letters.twice").endswith(" 6)")
    assert result("--change", "none").endswith(" None)")


def test_ways_with_prices(letters, tmp_path, calque_command):
    planted_ways.put(letters)
    sheet, out = tmp_path / "sheet.yaml", tmp_path / "here"
    sheet.write_text("{machine_hour: 0, million_characters: 1.0e+6, currency: <EUR>}")
    answer = calque_command("run", "two", "--out", out, "--prices", sheet, "--json")
    assert answer.code == 0, answer.err
    rows = json.loads((out / "ways.json").read_text())
    assert answer.json["ways"] == rows
    assert [(row["develop_cost"], row["cost_per_1000"]) for row in rows] == [(0, 0), (4, 0), (0, 3250)]  # fmt: skip
    text = (out / "ways.html").read_text(encoding="utf-8")
    assert "&lt;EUR&gt;" in text and "<EUR>" not in text
    assert "translate_test" in calque_command("run", "two", "--out", out, "--prices", sheet).out
    assert "ways" not in calque_command("run", "two", "--out", out, "--json").json
    assert "no price 'hour'" in calque_command("run", "two", "--prices", _wrong(sheet)).err


def _wrong(sheet: Path) -> Path:
    sheet.write_text("{machine_hour: 1, hour: 1}")
    return sheet
