"""The published work that calque rebuilds, one row each, and how far each has come.

Whether a row works is never written down: it follows from the recipe that bears its id.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from calque import registry
from calque.errors import UnknownName
from calque.recipe import Recipe, read, recipes

STATES = ("works", "partly", "planned")


@dataclass(frozen=True)
class Paper:
    """One row of `papers.tsv`.

    family:   the shelf that its recipe stands on
    kind:     method, analysis, benchmark, system or survey
    priority: 1 comes first
    authors:  as BibTeX wants them, at most eight and then "others"
    venue:    where it came out, "arXiv" where nowhere else is known
    url:      at the ACL Anthology or arXiv
    """

    id: str
    title: str
    family: str
    kind: str
    priority: int
    authors: str
    year: int
    venue: str
    url: str

    @property
    def recipe(self) -> str:
        """Family and name of its recipe, whether or not there is one yet."""
        return f"{self.family}/{self.id}"

    def bibtex(self) -> str:
        """An entry for a bibliography."""
        fields = {
            "author": self.authors,
            "title": self.title,
            "year": self.year,
            "howpublished": self.venue,
            "url": self.url,
        }
        lines = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.id}{lines}\n}}"


@cache
def papers() -> dict[str, Paper]:
    """Every row by its id."""
    with (Path(__file__).parent / "papers.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        numbers = ("priority", "year")
        return {
            row["id"]: Paper(**row | {name: int(row[name]) for name in numbers})  # type: ignore[arg-type]
            for row in rows
        }


def find(name: str) -> Paper:
    """The row with this id; UnknownName with the nearest one otherwise."""
    if name not in papers():
        raise UnknownName(f"no paper '{name}'{registry.near(name, list(papers()))}")
    return papers()[name]


def recipe_of(paper: Paper) -> Recipe | None:
    """The recipe that makes a row work, read and checked; None where there is none."""
    file = recipes().get(paper.recipe)
    return read(file) if file else None


def state(paper: Paper) -> tuple[str, str | None]:
    """How far a row has come ("works", "partly" or "planned"), and what is missing where it is partly."""
    recipe = recipe_of(paper)
    if recipe is None:
        return "planned", None
    return ("partly" if recipe.partly else "works"), recipe.partly
