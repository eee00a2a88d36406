"""`calque show NAME`: a part, a recipe, a paper or a role."""

import re
from typing import Annotated, Any

import typer

from calque import registry
from calque.cli import _talk
from calque.errors import BadSetting, UnknownName


def verb(
    name: Annotated[str, typer.Argument(help="FAMILY.PART, a recipe, a paper's id, or a role.")],
    python: Annotated[bool, typer.Option("--python", help="A recipe as a program.")] = False,
    json: _talk.Json = False,
) -> None:
    """Show what a part takes and gives, the steps of a recipe, how far a paper has come."""
    kind, facts = found(name)
    if python:
        if kind != "recipe":
            raise BadSetting(f"--python writes a recipe as a program; '{name}' is a {kind}")
        from calque.program import python as program
        from calque.recipe import read

        print(program(read(name)), end="")
    elif json:
        _talk.emit({"kind": kind} | facts)
    else:
        show(facts)


def found(name: str) -> tuple[str, dict[str, Any]]:
    """What bears this name, and the facts of it."""
    from calque import papers, recipe, roles

    if name in registry.parts():
        return "part", part(name)
    names = [word for full in recipe.recipes() for word in (full, full.split("/")[1])]
    if name in names or name.endswith((".yaml", ".yml")):
        return "recipe", of_recipe(name)
    if name in papers.papers():
        return "paper", paper(name)
    if name in roles.names():
        return "role", role(name)
    known = [*registry.parts(), *names, *papers.papers(), *roles.names()]
    raise UnknownName(f"no part, recipe, paper or role named '{name}'{registry.near(name, known)}")


def part(name: str) -> dict[str, Any]:
    """Signature, documentation and place of a part."""
    info = registry.find(name)
    arguments = [p for p in info.parameters if not p.setting]
    settings = [p for p in info.parameters if p.setting]
    words = [f"{p.name}: {p.annotation}{_default(p.default)}" for p in arguments]
    words += (["*"] if settings else []) + [
        f"{p.name}: {p.annotation}{_default(p.default)}" for p in settings
    ]
    return {
        "name": name,
        "call": f"{name}({', '.join(words)}) -> {info.returns}",
        "role": info.role,
        "paper": info.paper,
        "file": str(info.file),
        "doc": info.doc,
    }


def _default(default: str | None) -> str:
    return "" if default is None else f" = {default}"


def of_recipe(name: str) -> dict[str, Any]:
    """Inputs, steps and expectations of a recipe."""
    from calque.recipe import read

    recipe = read(name)
    return {
        "name": f"{recipe.family}/{recipe.name}",
        "about": recipe.about,
        "paper": recipe.paper,
        "missing": recipe.partly,
        "file": str(recipe.file),
        "inputs": recipe.inputs,
        "steps": {
            step.name: {"use": step.part}
            | ({"each": list(step.each)} if step.each else {})
            | step.arguments
            for step in recipe.steps
        },
        "expect": recipe.expect,
    }


def paper(name: str) -> dict[str, Any]:
    """A row, and how far it has come."""
    from calque.papers import find, recipe_of, state

    row = find(name)
    how_far, missing = state(row)
    recipe = row.recipe if recipe_of(row) else None
    facts = {"id": row.id, "title": row.title, "family": row.family, "kind": row.kind}
    facts |= {"authors": row.authors, "year": row.year, "venue": row.venue, "url": row.url}
    return facts | {"state": how_far, "missing": missing, "recipe": recipe}


def role(name: str) -> dict[str, Any]:
    """What a role takes and gives, its laws, and the parts that have it."""
    from calque import roles

    this = getattr(roles, name)
    gives = this.gives.__name__ if isinstance(this.gives, type) else str(this.gives)
    return {
        "role": name,
        "about": this.about,
        "takes": list(this.takes),
        "gives": re.sub(r"[\w.]+\.(\w+)", r"\1", gives),
        "laws": {law.__name__: (law.__doc__ or "").strip() for law in this.laws},
        "parts": [info.name for info in registry.parts().values() if info.role == name],
    }


def show(facts: dict[str, Any]) -> None:
    """Print facts, those with several items one per line."""
    for name, value in facts.items():
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, dict):
            print(f"{name}:")
            for key, item in value.items():
                print(f"  {key}: {_talk.cell(item)}")
        elif name == "doc":
            print(f"\n{value}")
        else:
            print(f"{name}: {_talk.cell(value)}")
