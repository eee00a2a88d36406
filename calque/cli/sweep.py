"""`calque sweep RECIPE --over NAME=V1,V2`: a recipe with every combination of some inputs."""

import json as json_text
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calque.cli import _flags, _talk
from calque.cli.run import print_inputs, recipe_named
from calque.errors import BadSetting

if TYPE_CHECKING:
    from calque.recipe import Recipe
    from calque.values import Table

OPTIONS = _flags.FREE | {"add_help_option": False}


def verb(
    context: typer.Context,
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Its name or file.")] = "",
    over: Annotated[
        list[str] | None,
        typer.Option(help="NAME=V1,V2 or NAME=0..4, as often as there are inputs to vary."),
    ] = None,
    on: Annotated[
        str, typer.Option(help="here, or ray: a Ray cluster, else a local one.")
    ] = "here",
    jobs: Annotated[int, typer.Option(help="Processes on this machine.")] = 1,
    gpus: Annotated[float, typer.Option(help="GPUs that a run takes on Ray.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write the table here: .tsv or .json.")] = None,
    json: _talk.Json = False,
    help_: Annotated[bool, typer.Option("--help", "-h", help="Show this, and its inputs.")] = False,
) -> None:
    """Run a recipe with every combination of inputs; a failed run is recorded, the others go on."""
    from calque.recipe import read

    if help_ or not recipe:
        print(context.get_help())
        if recipe:
            print_inputs(read(recipe))
        raise typer.Exit(0 if help_ else 2)
    found = read(recipe_named(recipe))
    if out and out.suffix not in (".tsv", ".json"):
        raise BadSetting(f"--out {out}: must end in .tsv or .json")
    arguments, flags = _flags.split(context.args, _flags.switches(found))
    if arguments:
        raise BadSetting(f"calque sweep takes one recipe; what is '{arguments[0]}'?")
    grid = choices(found, over or [])
    from calque.sweep import sweep

    made = sweep(found, grid, _flags.inputs(found, flags), on=on, jobs=jobs, gpus=gpus)
    if out:
        write(made, out)
    if json:
        _talk.emit(list(made))
    else:
        _talk.table(list(made), [name for name in made.columns if name != "folder"])
    failed = sum(row["error"] is not None for row in made)
    if failed:
        _talk.say(f"{failed} of {len(made)} runs failed")
        raise typer.Exit(1)


def choices(recipe: "Recipe", over: list[str]) -> dict[str, list[Any]]:
    """Values per input, of the types that the steps take."""
    if not over:
        raise BadSetting(
            "say what to vary: --over NAME=V1,V2 (calque run RECIPE --help lists inputs)"
        )
    grid: dict[str, list[Any]] = {}
    for text in over:
        flag, equals, listed = text.partition("=")
        if not equals or not listed:
            raise BadSetting(f"--over {text}: must be NAME=V1,V2 or NAME=0..4")
        name = _flags.named(flag, recipe.inputs, recipe.name, "input")
        if name in grid:
            raise BadSetting(f"--over {flag} is given twice")
        annotation = _flags.input_type(recipe, name)
        grid[name] = [_flags.typed(word, annotation, f"--over {flag}") for word in _words(listed)]
    return grid


def _words(listed: str) -> list[str]:
    """`a,b`, or the numbers `0..4`, ends included; commas in brackets do not part."""
    span = re.fullmatch(r"(-?\d+)\.\.(-?\d+)", listed)
    if span:
        first, last = int(span[1]), int(span[2])
        return [str(number) for number in range(first, last + 1)]
    words, depth = [""], 0
    for letter in listed:
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and not depth:
            words.append("")
        else:
            words[-1] += letter
    return words


def write(made: "Table", path: Path) -> None:
    """Write a table as tab-separated text or as JSON."""
    from calque.workspace import replacing

    with replacing(path) as temporary:
        if path.suffix == ".json":
            text = json_text.dumps(list(made), indent=1, ensure_ascii=False) + "\n"
        else:
            lines = [made.columns] + [[_field(row.get(c)) for c in made.columns] for row in made]
            text = "".join("\t".join(line) + "\n" for line in lines)
        temporary.write_text(text, encoding="utf-8")


def _field(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json_text.dumps(value)
    return " ".join(text.split())
