"""Every recipe that ships is valid, gives what it expects on toy data, and says the same as a program."""

import contextlib
import io
import json
import os
import runpy
from pathlib import Path

import pytest

from calque.program import python
from calque.recipe import read, recipes
from calque.run import differences, run
from calque.summary import agrees

RECIPES = sorted(recipes())
QUICK = 0.7  # seconds that a recipe may take to be run once more, as a program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RECIPES, reason="no recipe ships yet"),
]


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


def said_by(path: Path) -> str:
    """What a program prints, run as if it were called alone but for what is imported already.

    A process of its own would import torch and all the rest once more; `tests/cli/test_show.py` starts one.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        runpy.run_path(str(path), run_name="__main__")
    return said.getvalue()


@pytest.mark.parametrize("name", RECIPES)
def test_the_program_gives_the_same(name, runs, tmp_path):
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
    found = json.loads(said_by(tmp_path / "it.py").splitlines()[-1])
    wanted = made.summary(last)
    if isinstance(wanted, str) and os.path.isabs(wanted):
        assert os.path.isabs(found)  # a model folder, in another place
    else:
        assert agrees(found, wanted)
