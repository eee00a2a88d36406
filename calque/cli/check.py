"""`calque check [PATH]`: what can be known to be wrong without running anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from calque import registry
from calque.cli import _talk
from calque.errors import BadFile, CalqueError
from calque.registry import PartInfo

SETTINGS = 6  # more than these are a sign of two parts in one


def verb(
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="A recipe, or a folder of recipes.")
    ] = None,
    json: _talk.Json = False,
) -> None:
    """Check recipes, and without a PATH also all parts and the layers; exits 1 when something is wrong."""
    files = recipe_files(path)
    problems = [problem for file in files for problem in of_recipe(file)]
    if path is None:
        from calque.layers import violations

        infos = registry.parts().values()
        problems += [f"{info.name}: {problem}" for info in infos for problem in of_part(info)]
        problems += violations()
    if json:
        _talk.emit({"recipes": len(files), "problems": problems})
    else:
        for problem in problems:
            print(problem)
        count = f"{len(files)} recipes" + (
            f" and {len(registry.parts())} parts" if path is None else ""
        )
        _talk.say(f"checked {count}: {len(problems) or 'no'} problems")
    if problems:
        raise typer.Exit(1)


def recipe_files(path: Path | None) -> list[Path]:
    """The recipes under a path, or all that ship."""
    from calque.recipe import recipes

    if path is None:
        return list(recipes().values())
    if path.is_dir():
        found = sorted(path.rglob("*.yaml"))
        if not found:
            raise BadFile(f"{path}: holds no recipe (*.yaml)")
        return found
    if not path.is_file():
        raise BadFile(f"{path}: no such file or folder")
    return [path]


def of_recipe(file: Path) -> Iterator[str]:
    """What is wrong with a recipe."""
    from calque.recipe import read

    try:
        recipe = read(file)
    except CalqueError as error:
        yield from str(error).splitlines()
        return
    if not recipe.about:
        yield f"{file.name}: needs 'about', a line that says what it does"


def of_part(info: PartInfo) -> Iterator[str]:
    """Where a part departs from what every part is: documented, typed, settings by keyword, true to its role."""
    from calque import roles

    if not info.doc:
        yield "needs a docstring"
    elif not info.about.endswith((".", ":")):
        yield "the first line of its docstring must be a sentence that ends there"
    if not info.returns:
        yield "needs the type that it returns"
    for parameter in info.parameters:
        if not parameter.annotation:
            yield f"'{parameter.name}' needs a type"
    settings = [p for p in info.parameters if p.setting and p.default is not None]
    if len(settings) > SETTINGS:
        yield f"has {len(settings)} settings, at most {SETTINGS}"
    if info.role not in ("part", *roles.names()):
        yield f"no role '{info.role}'{registry.near(info.role, roles.names())}"
        return
    takes = getattr(roles, info.role).takes
    data = tuple(parameter.name for parameter in info.parameters if not parameter.setting)
    if data[: len(takes)] != takes:
        yield f"a {info.role} takes ({', '.join(takes)}), this takes ({', '.join(data)})"
