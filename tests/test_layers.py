"""Imports only go down. There are no exceptions: move the code."""

import subprocess
import sys

import pytest
import shelf

from calque import registry
from calque.layers import NUMPY_FAMILIES, violations


def test_imports_only_go_down():
    assert violations() == []


@pytest.mark.parametrize(
    ("file", "line", "problem"),
    [
        ("values/a.py", "from calque.roles import part", "imports calque.roles, which lies up"),
        (
            "maths/a.py",
            "import calque.languages.x",
            "imports calque.languages.x, which lies sideways",
        ),
        ("letters/a.py", "from calque.run import run", "imports calque.run, which lies up"),
        ("letters/a.py", "from calque import run", "imports calque.run, which lies up"),
        ("letters/a.py", "from .. import run", "imports calque.run, which lies up"),
        (
            "words/a.py",
            "from calque.letters import odd",
            "imports calque.letters.odd, which lies sideways",
        ),
        (
            "run.py",
            "def f():\n    import calque.transfer",
            "imports calque.transfer, which lies up",
        ),
        (
            "letters/a.py",
            "import transformers.models",
            "only calque/models may import transformers",
        ),
        (
            "spaces/a.py",
            "from torch.nn import Linear",
            "spaces works on NumPy and must not import torch",
        ),
        (
            "letters/size.py",
            "from calque.letters.odd import odd\n@part\ndef size(): ...",
            "a part imports the part letters.odd; take it as an argument",
        ),
        ("helpers.py", "", "'helpers' has no layer; name it in calque/layers.py"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_found(letters, file, line, problem):
    shelf.put(letters, "words/other.py", "")
    shelf.put(letters, "run.py", "def run(): ...")
    shelf.put(letters, file, line)
    row = 2 if line.startswith("def") else 1
    assert violations() == [f"{letters.name}/{file}:{row}: {problem}"]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("letters/a.py", "from calque.letters import b"),
        ("letters/a.py", "from calque.values import Texts\nimport numpy, torch"),
        ("values/a.py", "if TYPE_CHECKING:\n    from calque.roles import part"),
        ("models/a.py", "import transformers"),
        ("cli/a.py", "from calque.transfer import transfer"),
    ],
)
def test_an_import_that_goes_down_is_fine(letters, file, line):
    shelf.put(letters, "letters/b.py", "")
    shelf.put(letters, file, line)
    assert violations() == []


def test_numpy_families_load_no_torch():
    parts = [name for name, info in registry.parts().items() if info.family in NUMPY_FAMILIES]
    text = f"""
import sys
from calque.registry import part
for name in {parts!r}:
    part(name)
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", text], check=True, cwd=registry.PACKAGE.parent)
