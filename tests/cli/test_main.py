"""Verbs are found by their files, start quickly, and answer with the right exit code."""

import inspect
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
import shelf

import calque
from calque.cli.main import verbs

ROOT = Path(__file__).parent.parent.parent
HEAVY = ("torch", "transformers", "pyarrow", "scipy", "numpy", "sklearn", "datasets")
# a process of its own that sees the small package
CHILD = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
import shelf
shelf.use(Path({package!r}))
from calque.cli.main import main
main({words!r})
"""


def start(package: Path, *words: str) -> subprocess.Popen:
    paths = [str(ROOT / "tests"), str(ROOT)]
    text = CHILD.format(paths=paths, package=str(package), words=list(words))
    return subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(
    "code",
    [
        "import calque",
        "from calque.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from calque.cli.main import main\ntry: main(['list', 'papers'])\nexcept SystemExit: pass",
        "from calque.cli.main import main\ntry: main(['list', 'parts'])\nexcept SystemExit: pass",
    ],
)
def test_what_must_be_quick_loads_nothing_heavy(code):
    check = f"import sys\n{code}\nfound = [m for m in {HEAVY!r} if m in sys.modules]\nassert not found, found"
    subprocess.run([sys.executable, "-c", check], check=True, cwd=ROOT, capture_output=True)


def test_help_lists_every_verb(calque_command):
    answer = calque_command("--help")
    assert answer.code == 0
    for name in verbs():
        assert f"\n  {name} " in answer.out
    assert {"run", "sweep", "compare", "apply", "list", "show", "check", "cite", "new"} <= set(
        verbs()
    )


@pytest.mark.parametrize("name", verbs())
def test_every_verb_explains_itself_and_speaks_json(calque_command, name):
    assert calque_command(name, "--help").code == 0
    verb = import_module(f"calque.cli.{name}").verb
    assert inspect.getdoc(verb)
    assert "--json" in calque_command(name, "--help").out


def test_version(calque_command):
    assert calque_command("--version").out.strip() == calque.__version__


def test_an_unknown_verb(calque_command):
    answer = calque_command("rnu")
    assert answer.code == 2
    assert "No such command 'rnu'" in answer.err


def test_what_the_user_can_mend_is_one_line_and_two(letters, calque_command):
    answer = calque_command("run", "cuont")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "error: no recipe named 'cuont'; did you mean count?\n"


def test_an_error_in_a_step_names_the_step(letters, calque_command):
    answer = calque_command("run", "count", "--times", "0")
    assert answer.code == 2
    last = answer.err.splitlines()[-1]
    assert last == "error: letters.repeat: times must be at least 1, got 0 (step 'more' of count)"


def test_our_own_faults_keep_their_traceback(letters, tmp_path):
    (tmp_path / "it.yaml").write_text("steps: {a: {use: letters.odd, text: x}}")
    child = start(letters, "run", "it.yaml")
    _, errors = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "Traceback" in errors
    assert errors.rstrip().endswith("cannot be stored\nstep 'a' of it")


def test_an_interrupt_is_one_line_and_130(letters, tmp_path):
    (tmp_path / "it.yaml").write_text(
        "steps:\n"
        "  lines: {use: letters.read, path: toy/lines.txt}\n"
        "  wait: {use: letters.wait, texts: $lines, log: log.txt, seconds: 60.0}\n"
    )
    child = start(letters, "run", "it.yaml")
    end = time.monotonic() + 60
    while not Path("log.txt").exists():
        assert time.monotonic() < end and child.poll() is None
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    out, errors = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, "")
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith("stopped; what was finished is kept")


def test_text_that_the_terminal_cannot_show(letters, tmp_path):
    shelf.put(letters, "toy/odd.txt", "א")
    code = CHILD.format(
        paths=[str(ROOT / "tests"), str(ROOT)],
        package=str(letters),
        words=["apply", "letters.read", str(letters / "toy" / "odd.txt")],
    )
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "\\u05d0\n"
