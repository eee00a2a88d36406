"""`calque list`: what there is. Families, roles, parts, recipes, papers."""

from typing import Annotated, Any

import typer

from calque import registry
from calque.cli import _talk
from calque.errors import UnknownName

KINDS = ("families", "roles", "parts", "recipes", "papers")


def verb(
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="A family, a role, or " + ", ".join(KINDS[1:])),
    ] = "families",
    json: _talk.Json = False,
) -> None:
    """List families, or the parts and recipes of a family, the parts of a role, or all of a kind."""
    found = rows(what)
    if json:
        _talk.emit(found)
    elif found:
        _talk.table(found)
        if what == "papers":
            counts = [f"{sum(r['state'] == s for r in found)} {s}" for s in _states()]
            _talk.say(", ".join(counts))
    else:
        _talk.say(f"nothing under '{what}' yet")


def rows(what: str) -> list[dict[str, Any]]:
    """One row for each thing of a kind, a family or a role."""
    from calque import roles

    if what == "families":
        return families()
    if what == "roles":
        return [role_row(name) for name in roles.names()]
    if what == "parts":
        return parts()
    if what == "recipes":
        return recipes()
    if what == "papers":
        return papers()
    known_families = {row["family"] for row in families()}
    if what in known_families:
        return [{"kind": "part"} | row for row in parts(family=what)] + [
            {"kind": "recipe"} | row for row in recipes(family=what)
        ]
    if what in roles.names():
        return parts(role=what)
    near = registry.near(what, [*KINDS, *known_families, *roles.names()])
    raise UnknownName(f"no family, role or kind of thing named '{what}'{near}")


def families() -> list[dict[str, Any]]:
    """Every shelf, with the number of its parts, recipes and papers."""
    from calque.papers import papers as all_papers
    from calque.recipe import recipes as all_recipes

    part_families = [info.family for info in registry.parts().values()]
    recipe_families = [name.split("/")[0] for name in all_recipes()]
    paper_families = [paper.family for paper in all_papers().values()]
    return [
        {
            "family": name,
            "parts": part_families.count(name),
            "recipes": recipe_families.count(name),
            "papers": paper_families.count(name),
        }
        for name in sorted({*part_families, *recipe_families, *paper_families})
    ]


def parts(family: str | None = None, role: str | None = None) -> list[dict[str, Any]]:
    """Parts by family or role, in alphabetical order."""
    return [
        {"name": info.name, "role": info.role, "about": info.about}
        for info in registry.parts().values()
        if family in (None, info.family) and role in (None, info.role)
    ]


def recipes(family: str | None = None) -> list[dict[str, Any]]:
    """Recipes by family, in alphabetical order."""
    from calque.recipe import recipes as all_recipes
    from calque.recipe import written

    return [
        {"name": name, "about": written(file).get("about") or ""}
        for name, file in all_recipes().items()
        if family in (None, name.split("/")[0])
    ]


def role_row(name: str) -> dict[str, Any]:
    """A role, what it does, and how many parts have it."""
    from calque import roles

    count = sum(info.role == name for info in registry.parts().values())
    return {"role": name, "parts": count, "about": getattr(roles, name).about}


def papers() -> list[dict[str, Any]]:
    """Every paper and how far it has come."""
    from calque.papers import papers as all_papers
    from calque.papers import state

    made = []
    for paper in all_papers().values():
        how_far, missing = state(paper)
        row = {"id": paper.id, "family": paper.family, "kind": paper.kind, "year": paper.year}
        made.append(row | {"state": how_far, "title": paper.title, "missing": missing})
    return made


def _states() -> tuple[str, ...]:
    from calque.papers import STATES

    return STATES
