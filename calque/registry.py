"""Finds parts by the file system: `family.part` is `calque/family/part.py` and its function `part`.

Listing reads the source and imports nothing, so that `calque list` stays fast and needs no torch.
"""

import ast
import difflib
import hashlib
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from calque.errors import UnknownName

PACKAGE = Path(__file__).parent
_NOT_FAMILIES = {"values", "roles", "maths", "languages", "cli", "report", "recipes", "toy"}


@dataclass(frozen=True)
class Parameter:
    """One argument of a part, as its source states it.

    annotation: its type as text; default: as text, None where it must be given
    setting:    keyword-only, in contrast to a data argument
    """

    name: str
    annotation: str
    default: str | None
    setting: bool


@dataclass(frozen=True)
class PartInfo:
    """What the source says of a part, without importing it."""

    name: str
    file: Path
    role: str
    paper: str | None
    doc: str
    parameters: tuple[Parameter, ...]
    returns: str

    @property
    def about(self) -> str:
        """The first line of its docstring."""
        return self.doc.split("\n")[0]

    @property
    def family(self) -> str:
        """The shelf on which it stands."""
        return self.name.split(".")[0]


@cache
def families() -> tuple[str, ...]:
    """Names of the folders that hold parts."""
    return tuple(
        sorted(
            folder.name
            for folder in PACKAGE.iterdir()
            if folder.is_dir() and folder.name not in _NOT_FAMILIES and any(folder.glob("*.py"))
        )
    )


@cache
def parts() -> dict[str, PartInfo]:
    """Every part by its name, in alphabetical order."""
    found = {}
    for family in families():
        for file in sorted((PACKAGE / family).glob("*.py")):
            info = _read(family, file)
            if info is not None:
                found[info.name] = info
    return found


def _read(family: str, file: Path) -> PartInfo | None:
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == file.stem:
            for decorator in node.decorator_list:
                role, paper = _decoration(decorator)
                doc = ast.get_docstring(node) or ""
                returns = ast.unparse(node.returns) if node.returns else ""
                name = f"{family}.{node.name}"
                return PartInfo(name, file, role, paper, doc, _parameters(node.args), returns)
    return None


def _parameters(args: ast.arguments) -> tuple[Parameter, ...]:
    plain = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults)) + [*args.defaults]
    rows = [(arg, default, False) for arg, default in zip(plain, defaults, strict=True)]
    rows += [(a, d, True) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    return tuple(
        Parameter(
            arg.arg,
            ast.unparse(arg.annotation) if arg.annotation else "",
            None if default is None else ast.unparse(default),
            setting,
        )
        for arg, default, setting in rows
    )


def _decoration(decorator: ast.expr) -> tuple[str, str | None]:
    paper = None
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg == "paper" and isinstance(keyword.value, ast.Constant):
                paper = str(keyword.value.value)
        decorator = decorator.func
    return (decorator.id if isinstance(decorator, ast.Name) else ""), paper


def find(name: str) -> PartInfo:
    """What is known of the part called `name`; UnknownName with the nearest one otherwise."""
    info = _named(name)
    if info is None:
        raise UnknownName(f"no part named '{name}'{near(name, list(parts()))}")
    return info


@cache
def _named(name: str) -> PartInfo | None:
    """The part of this name, of which one file is read where `parts` reads all."""
    family, _, stem = name.partition(".")
    file = PACKAGE / family / f"{stem}.py"
    there = family in families() and stem.isidentifier() and file.is_file()
    return _read(family, file) if there else None


def near(name: str, names: list[str]) -> str:
    """ "; did you mean X?" for the name most like `name`, or nothing."""
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if not close:  # the right part on another shelf
        close = [known for known in names if known.split(".")[-1] == name.split(".")[-1]][:1]
    return f"; did you mean {close[0]}?" if close else ""


def part(name: str) -> Callable[..., Any]:
    """The function of the part called `name`, imported now."""
    info = find(name)
    module = importlib.import_module(f"calque.{name}")
    return getattr(module, info.name.split(".")[1])


@cache
def source_key(name: str) -> str:
    """Changes with the source of the part and of the calque modules that it imports, at any depth.

    The template of a module, the .html file of its name, counts as its source.
    """
    digest = hashlib.blake2b(digest_size=16)
    reached = _reached(find(name).file)
    templates = {file.with_suffix(".html") for file in reached}
    for file in sorted(reached | {file for file in templates if file.is_file()}):
        digest.update(str(file.relative_to(PACKAGE)).encode() + file.read_bytes())
    return digest.hexdigest()


def reaches(name: str, module: str) -> bool:
    """Whether the part imports this file of calque, such as `models/train.py`, at any depth."""
    return PACKAGE / module in _reached(find(name).file)


def _reached(start: Path) -> set[Path]:
    seen: set[Path] = set()
    queue = [start]
    while queue:
        file = queue.pop()
        if file not in seen:
            seen.add(file)
            queue += _imports(file)
    return seen


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements inside, at any depth; expressions, which hold none, are the most of a tree."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr):
            yield child
            yield from _statements(child)


@cache
def _imports(file: Path) -> tuple[Path, ...]:
    found = []
    for node in _statements(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith("calque."):
                path = PACKAGE.joinpath(*name.split(".")[1:])
                found += [p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()]
    return tuple(found)
