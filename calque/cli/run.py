"""`calque run RECIPE`: runs a recipe with other inputs, given as flags."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calque import launched
from calque.cli import _flags, _talk
from calque.errors import BadSetting
from calque.workspace import replacing

if TYPE_CHECKING:
    from calque.recipe import Recipe
    from calque.run import Run
    from calque.values import Table

_LONGEST = 100  # rows of a table that is shown
OPTIONS = _flags.FREE | {"add_help_option": False}


def verb(
    context: typer.Context,
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe's name or file.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder of the run, else runs/NAME-KEY.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare with what it expects.")] = False,
    json: _talk.Json = False,
    help_: Annotated[bool, typer.Option("--help", "-h", help="Show this, and its inputs.")] = False,
) -> None:
    """Run a recipe: calque run RECIPE [--INPUT VALUE ...]. Steps that are done are not done again."""
    from calque.recipe import read

    if help_ or not recipe:
        print(context.get_help())
        if recipe:
            print_inputs(read(recipe))
        raise typer.Exit(0 if help_ else 2)
    found = read(recipe_named(recipe))
    arguments, flags = _flags.split(context.args, _flags.switches(found))
    if arguments:
        raise BadSetting(f"calque run takes one recipe; what is '{arguments[0]}'?")
    from calque.run import differences, run

    made = run(found, _flags.inputs(found, flags), out=out)
    wrong = differences(made) if check else []
    model = hand_over(made)
    if check and not found.expect.get("toy"):
        raise BadSetting(
            f"{found.name} expects nothing ('expect: toy'), so there is nothing to check"
        )
    if json:
        facts = {"recipe": found.name, "folder": str(made.folder), "results": made.summaries()}
        facts |= {"model": str(model)} if model else {}
        told = {name: list(table.rows) for name, table in tables(made).items()}
        _talk.emit(
            facts
            | {"tables": told, "costs": made.costs}
            | ({"differences": wrong} if check else {})
        )
    else:
        _talk.table(rows(made))
        for name, table in tables(made).items():
            print()
            _talk.say(f"{name}:")
            _talk.table(table.rows)
        _talk.say(
            f"results and receipt in {made.folder}" + (f", model in {model}" if model else "")
        )
    for line in wrong:
        _talk.say(line)
    if wrong:
        raise typer.Exit(1)
    if check:
        _talk.say(f"{len(found.expect['toy'])} results are as expected")


def hand_over(made: "Run") -> Path | None:
    """Copy the model of the step `model` into the run's folder; None where there is no such step."""
    if not launched.first() or "model" not in made.keys or made.kind("model") != "Checkpoint":
        return None
    target = made.folder / "model"
    with replacing(target) as folder:
        shutil.copytree(made["model"].folder, folder)
    return target


def recipe_named(word: str) -> str:
    """The recipe's name, which comes before all flags."""
    if word.startswith("-"):
        raise BadSetting(f"the recipe comes first, then {word}")
    return word


def rows(made: "Run") -> list[dict[str, Any]]:
    """One row per step: what it gave and what it cost."""
    return [
        {
            "step": step.name,
            "part": step.part,
            "result": shown(made, step.name),
            "seconds": made.costs[step.name]["seconds"],
            "MiB": round(made.costs[step.name]["peak_mib"]),
            "cached": made.costs[step.name]["cached"],
        }
        for step in made.recipe.steps
    ]


def tables(made: "Run") -> dict[str, "Table"]:
    """The results that are tables short enough to be read, by step."""
    names = [step.name for step in made.recipe.steps if made.kind(step.name) == "Table"]
    return {name: made[name] for name in names if 0 < made.summary(name) <= _LONGEST}


def shown(made: "Run", step: str) -> str:
    """A result in a line; a score with its conditions."""
    from calque.values import Score

    small = made.summary(step)
    whole = made[step] if isinstance(small, float) else None
    return str(whole) if isinstance(whole, Score) else _talk.cell(small)


def print_inputs(recipe: "Recipe") -> None:
    """The inputs of a recipe as flags, with their types and defaults."""
    print(f"\nInputs of {recipe.name}: {recipe.about}")
    for name, value in recipe.inputs.items():
        kind = _flags.input_type(recipe, name)
        print(f"  --{name.replace('_', '-'):20} {kind:16} [default: {value}]")
