"""`calque cite NAME...`: what to cite for a recipe, a part or a paper."""

import ast
import re
from typing import Annotated, Any

import typer

from calque import registry
from calque.cli import _talk
from calque.errors import UnknownName


def verb(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Papers, recipes, parts.")],
    json: _talk.Json = False,
) -> None:
    """Print what to cite: BibTeX of papers, and the sources that parts name."""
    entries = [entry for name in names for entry in citations(name)]
    unique = list({tuple(entry.items()): entry for entry in entries}.values())
    if json:
        _talk.emit(unique)
        return
    for entry in unique:
        print(entry.get("bibtex") or f"% {entry['name']}: {entry['source']}")


def citations(name: str) -> list[dict[str, Any]]:
    """The paper of this id, and the sources of the part or of the parts of the recipe of this name."""
    from calque import papers, recipe

    found: list[dict[str, Any]] = []
    known = recipe.recipes()
    if name in known or name.split("/")[-1] in papers.papers():
        paper = papers.papers().get(name.split("/")[-1])
        if paper:
            found.append({"name": paper.id, "title": paper.title, "bibtex": paper.bibtex()})
    parts = [name] if name in registry.parts() else []
    if name in known or any(name == full.split("/")[1] for full in known):
        parts = [step.part for step in recipe.read(name).steps]
    for part in dict.fromkeys(parts):
        if text := source(part):
            found.append({"name": part, "key": registry.find(part).paper, "source": text})
    if found or parts:
        return found
    names = [*registry.parts(), *papers.papers(), *(full.split("/")[1] for full in known)]
    raise UnknownName(f"no paper, recipe or part named '{name}'{registry.near(name, names)}")


def source(part: str) -> str | None:
    """What a part's file says after "Source:", in one line."""
    text = registry.find(part).file.read_text(encoding="utf-8")
    doc = ast.get_docstring(ast.parse(text)) or ""
    match = re.search(r"^Source:\s*(.+?)(?:\n\s*\n|\Z)", doc, re.MULTILINE | re.DOTALL)
    return " ".join(match[1].split()) if match else None
