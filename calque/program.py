"""A recipe as a short program, for who wants to go on from it in Python."""

import ast
import keyword
import re
from pathlib import Path
from typing import Any

from calque import registry, values
from calque.errors import BadRecipe
from calque.recipe import Recipe, annotations, resolve


def python(recipe: Recipe) -> str:
    """The recipe as a program that runs and gives the same results."""
    writer = _Writer(recipe)
    lines = [f"{_identifier(name)} = {writer.input(name)}" for name in recipe.inputs]
    for step in recipe.steps:
        types = annotations(step.part)
        arguments = {k: writer.code(v, types.get(k, "")) for k, v in step.arguments.items()}
        sources = [arguments[name] for name in step.each]
        arguments |= {name: f"_{name}" for name in step.each}
        inner = ", ".join(f"{k}={v}" for k, v in arguments.items())
        call = f'part("{step.part}")({inner})'
        if step.each:
            walked = ", ".join(f"_{name}" for name in step.each)
            zipped = f"zip({', '.join(sources)}, strict=True)" if len(sources) > 1 else sources[0]
            call = f"[{call} for {walked} in {zipped}]"
        lines.append(f"{_identifier(step.name)} = {call}")
    lines.append(f"print({_identifier(recipe.steps[-1].name)})")
    about = [f"# {line}" for line in recipe.about.splitlines()]
    text = "\n".join([*about, *sorted(writer.imports), "", *lines, ""])
    ast.parse(text)
    return text


class _Writer:
    """Writes arguments as Python and gathers the imports that they need."""

    def __init__(self, recipe: Recipe):
        self.recipe = recipe
        self.imports = {"from calque import part"}

    def input(self, name: str) -> str:
        """An input as the steps want it: a path where any of them asks for one."""
        value = self.recipe.inputs[name]
        if type(value).__name__ in values._HOME:
            raise BadRecipe(f"input '{name}' was given as a value; a program needs it as a path")
        for step in self.recipe.steps:
            for key, annotation in annotations(step.part).items():
                if step.arguments.get(key) == f"${name}" and "Path" in annotation:
                    return self.code(resolve(value, {}, {}, annotation))
        return self.code(value)

    def code(self, tree: Any, annotation: str = "") -> str:
        """Any argument; references become names, `{use: ...}` a partial."""
        if isinstance(tree, str) and tree.startswith("$"):
            return _identifier(tree[1:])
        if isinstance(tree, dict) and "use" in tree:
            return self.partial(tree)
        if isinstance(tree, dict):
            inner = ", ".join(f"{k!r}: {self.code(v, annotation)}" for k, v in tree.items())
            return "{" + inner + "}"
        if isinstance(tree, list):
            return "[" + ", ".join(self.code(item, annotation) for item in tree) + "]"
        made = resolve(tree, {}, {}, annotation)
        return self.path(made) if isinstance(made, Path) else repr(made)

    def partial(self, tree: dict[str, Any]) -> str:
        """A part with settings filled in."""
        name = tree["use"]
        self.imports.add("from functools import partial")
        types = annotations(name)
        rest = [f"{k}={self.code(v, types.get(k, ''))}" for k, v in tree.items() if k != "use"]
        inner = ", ".join([f"part({name!r})", *rest])
        return f"partial({inner})"

    def path(self, path: Path) -> str:
        """A path; what ships with calque is found from its folder."""
        self.imports.add("from pathlib import Path")
        if registry.PACKAGE in path.parents:
            self.imports.add("import calque")
            return (
                f"Path(calque.__file__).parent / {path.relative_to(registry.PACKAGE).as_posix()!r}"
            )
        return f"Path({str(path)!r})"


def _identifier(name: str) -> str:
    made = re.sub(r"\W", "_", name)
    return f"_{made}" if not made.isidentifier() or keyword.iskeyword(made) else made
