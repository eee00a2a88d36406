"""A recipe called like a part: files fill its inputs in order, its last step is the result."""

import tempfile
from pathlib import Path
from typing import Any

from calque import registry
from calque.cli import _flags, _talk
from calque.errors import BadSetting, UnknownName
from calque.recipe import Recipe, read, recipes


def found(name: str) -> Recipe | None:
    """The recipe of this name or file; None where it is a part's name. Neither is an error."""
    if name in registry.parts():
        return None
    known = recipes()
    names = [*known, *(full.split("/")[1] for full in known)]
    if name in names or Path(name).suffix in (".yaml", ".yml"):
        return read(name)
    kind = "part" if "." in name and "/" not in name else "recipe"
    raise UnknownName(f"no {kind} named '{name}'{registry.near(name, [*registry.parts(), *names])}")


def files(recipe: Recipe) -> list[str]:
    """Inputs that a reader takes as its file, in the order of the recipe."""
    read_ = {
        step.arguments.get(parameter.name)
        for step in recipe.steps
        for info in [registry.find(step.part)]
        if info.role == "reader"
        for parameter in info.parameters
        if not parameter.setting and "Path" in parameter.annotation
    }
    return [name for name in recipe.inputs if f"${name}" in read_]


def takes(recipe: Recipe) -> str:
    """Its files as a usage line names them: those that it can do without in brackets."""
    names = [
        f"[{name.upper()}]" if recipe.inputs[name] is None else name.upper()
        for name in files(recipe)
    ]
    return " ".join(names) or "no file"


def inputs(recipe: Recipe, words: list[str], flags: dict[str, str]) -> dict[str, Any]:
    """What words and flags give. Toy data and toy models must be replaced: no result is to be theirs."""
    given = _flags.inputs(recipe, flags)
    open_ = [name for name in files(recipe) if name not in given]
    needed = [name for name in open_ if recipe.inputs[name] is not None]
    if not len(needed) <= len(words) <= len(open_):
        raise BadSetting(f"{recipe.name} takes {takes(recipe)}; {len(words)} given")
    given |= dict(zip(open_, words, strict=False))
    for name, default in recipe.inputs.items():
        if name not in given and str(default).startswith("toy/"):
            raise BadSetting(f"{recipe.name} needs --{name.replace('_', '-')}")
    return given


def result(recipe: Recipe, given: dict[str, Any]) -> Any:
    """What the last step gives with these inputs. Steps are kept and not done twice, as in any run."""
    from calque.run import run

    rest = {name: value for name, value in recipe.inputs.items() if name not in given}
    left = [f"{name} {value}" for name, value in rest.items() if value not in (None, False)]
    if left:
        _talk.say(f"{recipe.name}: as the recipe has it: {', '.join(left)}")
    with tempfile.TemporaryDirectory() as folder:
        made = run(recipe, given, out=Path(folder))
        return made[recipe.steps[-1].name]
