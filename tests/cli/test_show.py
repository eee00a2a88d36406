"""`calque show`."""

import os
import subprocess
import sys

import pytest

from calque import registry


def test_a_part(letters, calque_command):
    lines = calque_command("show", "letters.repeat").out.splitlines()
    assert lines[1] == (
        "call: letters.repeat(texts: Texts, *, times: int = 2, mark: str = '') -> Texts"
    )
    assert "paper: somebody-2020-letters" in lines
    assert lines[-1] == "Repeat every text."
    assert calque_command("show", "letters.repeat", "--json").json["kind"] == "part"


@pytest.mark.parametrize("name", ["count", "letters/count"])
def test_a_recipe(letters, calque_command, name):
    lines = calque_command("show", name).out.splitlines()
    assert lines[0] == "name: letters/count"
    assert "  more: use: letters.repeat, texts: $lines, times: $times" in lines
    facts = calque_command("show", name, "--json").json
    assert facts["expect"] == {"toy": {"more": 3, "total": 23.0}}


def test_a_recipe_as_a_program(letters, tmp_path, calque_command):
    (tmp_path / "it.yaml").write_text("steps: {a: {use: letters.twice, number: 21}}")
    text = calque_command("show", "it.yaml", "--python").out
    assert text == 'from calque import part\n\na = part("letters.twice")(number=21)\nprint(a)\n'
    answer = calque_command("show", "letters.twice", "--python")
    assert (answer.code, answer.err) == (
        2,
        "error: --python writes a recipe as a program; 'letters.twice' is a part\n",
    )


def test_a_program_runs_on_its_own(tmp_path, calque_command):
    file = tmp_path / "it.yaml"
    file.write_text(
        "steps: {it: {use: evaluation.accuracy, predictions: [a, b], references: [a, c], boot: 10}}"
    )
    (tmp_path / "it.py").write_text(calque_command("show", file, "--python").out)
    done = subprocess.run(
        [sys.executable, tmp_path / "it.py"],
        env=os.environ | {"PYTHONPATH": str(registry.PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("accuracy 50.0 ")


def test_a_paper(letters, calque_command):
    facts = calque_command("show", "simalign", "--json").json
    assert (facts["kind"], facts["family"]) == ("method", "wordalign")
    assert (facts["state"], facts["recipe"]) == ("planned", None)


def test_a_role(letters, calque_command):
    facts = calque_command("show", "aligner", "--json").json
    assert facts["takes"] == ["bitext"]
    assert facts["gives"] == "list[Links]"
    assert all(facts["laws"].values())


def test_an_unknown_name(letters, calque_command):
    answer = calque_command("show", "letters.repaet")
    assert answer.code == 2
    assert answer.err.endswith("named 'letters.repaet'; did you mean letters.repeat?\n")
