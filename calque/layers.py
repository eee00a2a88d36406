"""The layers of calque, and which imports go up or sideways. Imports only go down."""

import ast
from collections.abc import Iterator
from pathlib import Path

from calque import registry

# from the bottom; what stands in one row are siblings, which do not import each other
LAYERS = (
    ("errors",),
    ("commits", "progress", "extras", "workspace"),
    ("languages", "maths", "remembered"),
    ("values",),
    ("registry",),
    ("roles",),
    ("report", "translated"),
    ("families",),
    ("checking", "cost", "evidence", "launched", "layers", "prices"),
    ("copies", "recipe", "summary"),
    ("keys", "program", "receipt", "papers", "resources"),
    ("strategies", "twins"),
    ("run",),
    ("sweep", "signals", "ways"),
    ("findings",),
    ("handover",),
    ("transfer",),
    ("cli", "serve"),
    ("__main__",),
)
NUMPY_FAMILIES = (
    "sources",
    "wordalign",
    "spaces",
    "projection",
    "retrieval",
    "evaluation",
    "synthetic",
    "commons",
)
_RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}


def violations() -> list[str]:
    """Every import that goes up, sideways, or to a package that has one place only."""
    found = [
        f"{file.relative_to(registry.PACKAGE.parent)}:{line}: {problem}"
        for file in sorted(registry.PACKAGE.rglob("*.py"))
        for line, problem in _of(file)
    ]
    return list(dict.fromkeys(found))  # one line may import several names of one module


def _of(file: Path) -> Iterator[tuple[int, str]]:
    parts = file.relative_to(registry.PACKAGE).with_suffix("").parts
    if parts == ("__init__",):
        return  # names of every layer, imported when they are asked for
    home, module = parts[0], ".".join(parts)
    rank = _rank(home)
    if rank is None:
        yield 1, f"'{home}' has no layer; name it in calque/layers.py"
        return
    for line, name in imports(file):
        top, *rest = name.split(".")
        if top != "calque":
            yield from ((line, problem) for problem in _outside(home, top))
            continue
        target = _rank(rest[0]) if rest else None
        if target is not None and rest[0] != home and target >= rank:
            way = "sideways" if target == rank else "up"
            yield line, f"imports {name}, which lies {way}"
        elif ".".join(rest) in registry.parts() and module in registry.parts():
            yield line, f"a part imports the part {'.'.join(rest)}; take it as an argument"


def _rank(name: str) -> int | None:
    return _RANK["families"] if name in registry.families() else _RANK.get(name)


def _outside(home: str, package: str) -> Iterator[str]:
    if package == "transformers" and home != "models":
        yield "only calque/models may import transformers"
    if package == "torch" and home in NUMPY_FAMILIES:
        yield f"{home} works on NumPy and must not import torch"


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of every module that a file imports when it runs, wherever in the file."""
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                here = ("calque", *file.relative_to(registry.PACKAGE).parts)
                folder = here[: -node.level]
                module = ".".join([*folder, *([module] if module else [])])
            if module in ("calque", ""):
                yield from ((node.lineno, f"calque.{alias.name}") for alias in node.names)
            elif module.split(".")[0] == "calque":
                for alias in node.names:  # the name may be a module of that package
                    inner = registry.PACKAGE.joinpath(*module.split(".")[1:], f"{alias.name}.py")
                    yield node.lineno, f"{module}.{alias.name}" if inner.is_file() else module
            else:
                yield node.lineno, module


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that are there for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield other
                yield from _running(other)
            continue
        yield node
        yield from _running(node)
