"""`calque new`: what it writes runs and passes as it is."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import shelf

from calque import recipe, registry, roles

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def checkout(letters, tmp_path):
    """A checkout with tests, in which the recipe counts with the reader."""
    (tmp_path / "tests").mkdir()
    return tmp_path


def passes(checkout: Path, package: Path, test: str) -> subprocess.CompletedProcess:
    """Whether the test that was written passes in a process of its own."""
    (checkout / "site").mkdir(exist_ok=True)
    path = shelf.children(package, checkout / "site")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider", test],
        env=os.environ | {"PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=checkout,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of this checkout's parts and recipes, in which `calque new` writes."""
    package, folder = registry.PACKAGE, tmp_path / "calque"
    shutil.copytree(
        ROOT / "calque", folder, ignore=shutil.ignore_patterns("__pycache__", "toy", "*.tsv")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    # files are added but none is changed: each is read once, not once for every role
    monkeypatch.setattr(registry, "_read", cache(registry._read))
    monkeypatch.setattr(recipe, "written", cache(recipe.written))
    shelf.use(folder)
    yield tmp_path
    shelf.leave(package, folder)


def test_what_it_writes_is_as_ruff_wants_it_for_every_role(copy, calque_command):
    trees = [recipe.written(file) for file in recipe.recipes().values()]
    used = {registry.find(step["use"]).role for tree in trees for step in tree["steps"].values()}
    begun = [role for role in roles.names() if role in used and getattr(roles, role).example]
    assert {"aligner", "joiner", "merger"} <= set(begun)
    long = "as_long_as_a_name_of_a_part_can_be_before_its_lines_no_longer_fit"
    for role in begun:
        answer = calque_command("new", f"begun.{role}_{long}", "--role", role)
        if "share modules of their family" in answer.err:
            home = answer.err.split()[-1]
            answer = calque_command("new", f"{home}.{role}_{long}", "--role", role)
        assert answer.code == 0, answer.err
        shelf.forget()
    assert calque_command("new", "begun.plain").code == 0
    files = [*(copy / "calque").glob(f"*/*{long}.py"), *(copy / "tests").rglob("*.py")]
    assert len(files) >= 2 * len(begun) + 1
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", *map(str, files)],
            cwd=copy,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["letters.root", "fresh.root"])
def test_a_part_without_a_role(checkout, letters, calque_command, name):
    family = name.split(".")[0]
    answer = calque_command("new", name)
    assert answer.code == 0
    files = [Path(line) for line in answer.out.splitlines()]
    assert files[:3] == [
        letters / family / "root.py",
        checkout / "tests" / family / "test_root.py",
        letters / "recipes" / family / "root.yaml",
    ]
    assert (len(files) == 4) == (family == "fresh")
    shelf.forget()
    assert calque_command("check").out == ""
    assert calque_command("run", f"{family}/root", "--check").code == 0
    done = passes(checkout, letters, f"tests/{family}/test_root.py")
    assert done.returncode == 0, done.stdout
    command = [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "100"]
    made = [str(file) for file in files if file.suffix == ".py"]
    subprocess.run([*command, *made], check=True, capture_output=True)


def test_a_part_of_a_role_begins_from_one_that_has_it(checkout, letters, calque_command):
    for name in ("__init__", "accuracy"):
        text = (ROOT / "calque" / "evaluation" / f"{name}.py").read_text()
        shelf.put(letters, f"grades/{name}.py", text)
    shelf.put(
        letters,
        "recipes/grades/right.yaml",
        "about: Count what is right.\npaper: x\n"
        "inputs: {boot: 10}\n"
        "steps:\n"
        "  score: {use: grades.accuracy, predictions: [a, b], references: [a, c], boot: $boot}\n"
        "expect: {toy: {score: 0.5}}\n",
    )
    answer = calque_command("new", "grades.exactness", "--role", "metric", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["role"] == "metric"
    shelf.forget()
    info = registry.find("grades.exactness")
    assert (info.role, info.paper) == ("metric", None)
    assert calque_command("check").out == ""
    answer = calque_command("run", "exactness", "--check")
    assert answer.rows[0]["part"] == "grades.exactness"
    assert answer.code == 0
    done = passes(checkout, letters, "tests/grades/test_exactness.py")
    assert done.returncode == 0, done.stdout


def test_nothing_is_overwritten(checkout, letters, calque_command):
    before = {path: path.read_bytes() for path in letters.rglob("*") if path.is_file()}
    answer = calque_command("new", "letters.twice")
    assert answer.code == 2
    assert answer.err.endswith("twice.py: exists; calque new overwrites nothing\n")
    (checkout / "tests" / "letters").mkdir()
    (checkout / "tests" / "letters" / "test_root.py").write_text("mine")
    assert calque_command("new", "letters.root").code == 2
    assert {path: path.read_bytes() for path in letters.rglob("*") if path.is_file()} == before
    assert (checkout / "tests" / "letters" / "test_root.py").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["root"], "'root' is no FAMILY.PART: lower-case words with _ and one dot"),
        (["letters.Root"], "'letters.Root' is no FAMILY.PART: lower-case words with _ and one dot"),
        (["letters.for"], "'letters.for' is no FAMILY.PART: lower-case words with _ and one dot"),
        (["../x.y"], "'../x.y' is no FAMILY.PART: lower-case words with _ and one dot"),
        (["a.b.c"], "'a.b.c' is no FAMILY.PART: lower-case words with _ and one dot"),
        (["cli.x"], "'cli' is no family of parts; calque list shows those there are"),
        (["letters.x", "--role", "reader"], "the role reader has no example to begin from; leave --role out"),
        (["letters.x", "--role", "aligner"], "no recipe uses a part of role aligner yet to begin from; leave --role out"),
    ],
)  # fmt: skip
def test_wrong_words(checkout, calque_command, words, message):
    answer = calque_command("new", *words)
    assert (answer.code, answer.err) == (2, f"error: {message}\n")
    answer = calque_command("new", "letters.x", "--role", "metrik")
    assert answer.err.startswith("error: no role 'metrik'; did you mean metric?; there are: part, ")


def test_it_needs_a_checkout(letters, calque_command):
    answer = calque_command("new", "letters.root")
    assert answer.code == 2
    assert "calque new works in a checkout of calque" in answer.err
