"""`calque new FAMILY.PART`: a part, its test and its recipe, which run as they are written."""

import ast
import importlib.util
import keyword
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from calque import registry
from calque.cli import _talk
from calque.errors import BadFile, BadSetting, UnknownName

_PART = '''"""One line that says what this is.

Source: authors and year, "title", section
"""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting
from calque.roles import part


@part
def {name}(numbers: Sequence[float], *, power: float = 1.0) -> np.ndarray:
    """Raise every number to a power.

    numbers: at least 0
    power:   at least 0; 1 leaves the numbers as they are
    """
    if power < 0:
        raise BadSetting(f"{full}: power must be at least 0, got {{power}}")
    return np.asarray(numbers, dtype=float) ** power
'''
_PART_TEST = '''"""Worked examples of {full}."""

import numpy as np
import pytest

from calque.{full} import {name}
from calque.errors import BadSetting


def test_a_worked_example():
    np.testing.assert_array_equal({name}([1.0, 2.0, 3.0], power=2.0), [1.0, 4.0, 9.0])


def test_a_setting_that_makes_no_sense():
    with pytest.raises(BadSetting, match="power must be at least 0, got -1"):
        {name}([1.0], power=-1)
'''
_PART_RECIPE = """about: One line that says what this shows.
steps:
  powers: {{use: {full}, numbers: [1.0, 2.0, 4.0], power: 2.0}}
expect: {{toy: {{powers: 3}}}}
"""
_ROLE_TEST = '''"""Worked examples of {full}. The laws of its role are tested with those of all parts."""

from calque.{full} import {name}
from calque.roles import {role}
from calque.summary import agrees, summary


def test_a_worked_example():
    # what {model} gives, from which this was begun; put numbers that a person can check
    assert agrees(summary({name}(*{role}.example(0){more})), {expected})
'''


def verb(
    name: Annotated[str, typer.Argument(metavar="FAMILY.PART", help="Name of the part.")],
    role: Annotated[str, typer.Option(help="The plug that it fits (calque list roles).")] = "part",
    json: _talk.Json = False,
) -> None:
    """Write a part, its test and its recipe to go on from; nothing that exists is touched."""
    family, part = checked(name)
    texts = plain(name, part) if role == "part" else of_role(name, role)
    root = registry.PACKAGE.parent
    if not (root / "tests").is_dir():
        raise BadFile(f"{root}: has no folder tests; calque new works in a checkout of calque")
    files = {
        registry.PACKAGE / family / f"{part}.py": texts[0],
        root / "tests" / family / f"test_{part}.py": texts[1],
        registry.PACKAGE / "recipes" / family / f"{part}.yaml": texts[2],
    }
    for file in files:
        if file.exists():
            raise BadFile(f"{file}: exists; calque new overwrites nothing")
    package = registry.PACKAGE / family / "__init__.py"
    if not package.exists():
        files[package] = f'"""Parts of the family {family}."""\n'
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    tidy(files)
    written = [str(file) for file in files]
    if json:
        _talk.emit({"part": name, "role": role, "files": written})
        return
    for file in written:
        print(file)
    _talk.say(f"now: calque run {family}/{part} --check; pytest tests/{family}/test_{part}.py")


def tidy(files: Iterable[Path]) -> None:
    """Let ruff sort the imports and wrap the lines: both depend on the names that were put in."""
    if importlib.util.find_spec("ruff") is None:  # of the extra `dev`; who checks with it has it
        return
    ruff = [sys.executable, "-m", "ruff"]
    names = [str(file) for file in files if file.suffix == ".py"]
    for command in (["check", "--fix-only", "--select", "I"], ["format"]):
        subprocess.run([*ruff, *command, "--quiet", *names], check=True)


def checked(name: str) -> tuple[str, str]:
    """Family and part of a name that Python and the layers allow."""
    family, _, part = name.partition(".")
    for word in (family, part):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", word) or keyword.iskeyword(word):
            raise BadSetting(f"'{name}' is no FAMILY.PART: lower-case words with _ and one dot")
    from calque.layers import LAYERS

    shelves = {each for row in LAYERS for each in row} - {"families"}
    if family in shelves | {"recipes", "toy"}:
        raise BadSetting(f"'{family}' is no family of parts; calque list shows those there are")
    return family, part


def plain(full: str, name: str) -> tuple[str, str, str]:
    """Part, test and recipe without a role."""
    part, test, recipe = (
        text.format(full=full, name=name) for text in (_PART, _PART_TEST, _PART_RECIPE)
    )
    return part, test, recipe


def of_role(full: str, role: str) -> tuple[str, str, str]:
    """Part, test and recipe of a role, begun from a part that has it, so that the laws hold."""
    from calque import roles
    from calque.summary import summary

    if role not in roles.names():
        near = registry.near(role, roles.names())
        raise UnknownName(f"no role '{role}'{near}; there are: part, {', '.join(roles.names())}")
    plug = getattr(roles, role)
    if plug.example is None:
        raise BadSetting(f"the role {role} has no example to begin from; leave --role out")
    family, name = full.split(".")
    model, recipe = model_of(role, family)
    own = registry.find(model).parameters
    asked = [p.name for p in own if p.default is None and p.name not in plug.takes]
    given = {name: plug.evidence(0)[name] for name in asked}
    expected = summary(registry.part(model)(*plug.example(0), **given))
    more = "".join(f", {name}={role}.evidence(0)[{name!r}]" for name in asked)
    names = {"full": full, "name": name, "role": role, "model": model, "more": more}
    test = _ROLE_TEST.format(**names, expected=repr(expected))
    return part_from(model, full), test, recipe_from(recipe, model, full)


def model_of(role: str, family: str) -> tuple[str, Path]:
    """A part of the role to begin from, with a recipe that uses it; of the same family where there is one."""
    from calque.layers import imports
    from calque.recipe import recipes, written

    used: dict[str, Path] = {}
    for file in recipes().values():
        for step in written(file)["steps"].values():
            used.setdefault(step["use"], file)
    found = [
        info
        for info in registry.parts().values()
        if info.role == role
        and info.name in used
        and (
            info.family == family
            or not any(m.startswith(f"calque.{info.family}") for _, m in imports(info.file))
        )
    ]
    homes = sorted(
        {i.family for i in registry.parts().values() if i.role == role and i.name in used}
    )
    if not found and homes:
        raise BadSetting(
            f"parts of role {role} share modules of their family; begin a new one there: "
            f"{' or '.join(homes)}"
        )
    if not found:
        raise BadSetting(
            f"no recipe uses a part of role {role} yet to begin from; leave --role out"
        )
    best = min(found, key=lambda info: (info.family != family, len(info.parameters), info.name))
    return best.name, used[best.name]


def part_from(model: str, full: str) -> str:
    """The source of a part under another name, to be changed."""
    text = registry.find(model).file.read_text(encoding="utf-8")
    old, new = model.split(".")[1], full.split(".")[1]
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    part = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == old)
    role = registry.find(model).role
    for node in part.decorator_list:  # the paper is another one
        lines[node.lineno - 1 : node.end_lineno] = [f"@{role}\n"]
    doc = tree.body[0]
    lines[doc.lineno - 1 : doc.end_lineno] = [
        '"""One line that says what this is.\n\n',
        f'Begun from {model}. Source: authors and year, "title", section\n"""\n',
    ]
    made = "".join(lines).replace(f"def {old}(", f"def {new}(")
    return made.replace(f"{model}:", f"{full}:")


def recipe_from(file: Path, model: str, full: str) -> str:
    """A recipe with another part in place of its own."""
    import yaml

    from calque.recipe import written

    tree = written(file)
    lines = ["about: One line that says what this shows."]
    for key in ("inputs", "steps", "expect"):
        if not tree.get(key):
            continue
        lines.append(f"{key}:")
        for name, value in tree[key].items():
            text = yaml.safe_dump(
                value, default_flow_style=True, sort_keys=False, width=10**6, allow_unicode=True
            )
            text = re.sub(rf"\buse: {re.escape(model)}(?![\w.])", f"use: {full}", text)
            lines.append(f"  {name}: {text.removesuffix(chr(10)).removesuffix('...').strip()}")
    return "\n".join(lines) + "\n"
