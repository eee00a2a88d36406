"""Every recipe that ships is valid, gives what it expects on toy data, and says the same as a program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from calque import registry
from calque.program import python
from calque.recipe import read, recipes
from calque.run import differences, run
from calque.summary import agrees

RECIPES = sorted(recipes())
QUICK = 0.7  # seconds that a recipe may take to be run once more, as a program

pytestmark = pytest.mark.skipif(not RECIPES, reason="no recipe ships yet")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Each recipe run once, on its toy data."""
    made = {}
    folder = tmp_path_factory.mktemp("runs")

    def once(name):
        if name not in made:
            made[name] = run(name, out=folder / name)
        return made[name]

    return once


@pytest.mark.parametrize("name", RECIPES)
def test_it_says_what_it_is_and_expects_something(name):
    recipe = read(name)
    assert recipe.about.endswith(".")
    assert recipe.expect.get("toy")


@pytest.mark.parametrize("name", RECIPES)
def test_the_toy_run_gives_what_is_expected(name, runs):
    assert differences(runs(name)) == []


@pytest.mark.parametrize("name", RECIPES)
def test_a_second_run_does_nothing(name, runs, tmp_path):
    first = runs(name)
    again = run(name, out=tmp_path / "again")
    assert again.keys == first.keys
    assert all(cost["cached"] for cost in again.costs.values())
    assert again.summaries() == first.summaries()


@pytest.mark.parametrize("name", RECIPES)
def test_the_receipt_replays_the_run(name, runs, tmp_path):
    again = run(runs(name).folder / "receipt.yaml", out=tmp_path / "again")
    assert again.keys == runs(name).keys


# runs programs one after another as if each were called alone, but for what they import
INTERPRETER = """
import contextlib, io, json, runpy, sys, traceback
for line in sys.stdin:
    said, error = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(line.strip(), run_name="__main__")
    except BaseException:
        error = traceback.format_exc()
    print(json.dumps([said.getvalue(), error]), flush=True)
"""


@pytest.fixture(scope="module")
def interpreter():
    """Runs the program of a file in another process; gives what it printed."""
    environment = os.environ | {"PYTHONPATH": str(registry.PACKAGE.parent), "OMP_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-c", INTERPRETER]
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:

        def answer(path: Path) -> str:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            said, error = json.loads(process.stdout.readline())
            assert error is None, error
            return said

        yield answer


@pytest.mark.parametrize("name", RECIPES)
def test_the_program_gives_the_same(name, runs, tmp_path, interpreter):
    made = runs(name)
    text = python(made.recipe)
    compile(text, name, "exec")
    if sum(cost["seconds"] for cost in made.costs.values()) > QUICK:
        return  # the whole of it ran above; that it is Python is known
    last = made.recipe.steps[-1].name
    *lines, shown = text.splitlines()
    result = shown.removeprefix("print(").removesuffix(")")
    lines += [
        "import json",
        "from calque.summary import summary",
        f"print(json.dumps(summary({result})))",
    ]
    (tmp_path / "it.py").write_text("\n".join(lines))
    found = json.loads(interpreter(tmp_path / "it.py").splitlines()[-1])
    wanted = made.summary(last)
    if isinstance(wanted, str) and os.path.isabs(wanted):
        assert os.path.isabs(found)  # a model folder, in another place
    else:
        assert agrees(found, wanted)
