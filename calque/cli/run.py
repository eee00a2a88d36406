"""`calque run RECIPE`: runs a recipe with other inputs, given as flags."""

import json as json_text
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calque import launched
from calque.cli import _flags, _talk
from calque.errors import BadSetting
from calque.prices import Prices, read_prices
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
    prices: Annotated[
        Path | None, typer.Option(help="Price sheet: tell what each way costs, too.")
    ] = None,
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

    sheet = None if prices is None else read_prices(prices)
    if sheet is not None:
        from calque.ways import scored

        scored(found)  # before hours of work, not after
    made = run(found, _flags.inputs(found, flags), out=out)
    wrong = differences(made) if check else []
    model = hand_over(made)
    compared = None if sheet is None else told_ways(made, sheet)
    if check and not found.expect.get("toy"):
        raise BadSetting(
            f"{found.name} expects nothing ('expect: toy'), so there is nothing to check"
        )
    if json:
        facts = {"recipe": found.name, "folder": str(made.folder), "results": made.summaries()}
        facts |= {"model": str(model)} if model else {}
        told = {name: list(table.rows) for name, table in tables(made).items()}
        facts |= {"tables": told, "costs": made.costs}
        facts |= {} if compared is None else {"ways": list(compared)}
        _talk.emit(facts | ({"differences": wrong} if check else {}))
    else:
        _talk.table(rows(made))
        for name, table in tables(made).items():
            print()
            _talk.say(f"{name}:")
            _talk.table(table.rows)
        if compared is not None:
            print()
            _talk.say("ways, with costs in ways.html:")
            _talk.table([_way(row) for row in compared])
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


def told_ways(made: "Run", sheet: Prices) -> "Table":
    """What each way of the run costs, left in its folder as a table and a page."""
    from calque import __version__
    from calque.report.ways import ways_page
    from calque.ways import ways

    found = ways(made, sheet)
    page = ways_page(
        found.rows, title=made.recipe.about, version=__version__, currency=sheet.currency
    )
    with replacing(made.folder / "ways.json") as path:
        path.write_text(
            json_text.dumps(list(found), indent=1, ensure_ascii=False), encoding="utf-8"
        )
    with replacing(made.folder / "ways.html") as path:
        path.write_text(page, encoding="utf-8")
    return found


def _way(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "way": row["way"],
        row["metric"]: f"{100 * row['value']:.1f}",
        "interval": "" if row["low"] is None else f"{100 * row['low']:.1f}-{100 * row['high']:.1f}",
        "develop s": f"{row['develop_seconds']:.1f}",
        "translating": f"{row['develop_translating']:.1f}",
        "characters": row["develop_characters"],
        "cost": f"{row['develop_cost']:.4g}" + "*" * row["front_develop"],
        "ms each": f"{row['latency_ms']:.1f}",
        "characters per 1000": row["characters_per_1000"],
        "cost per 1000": f"{row['cost_per_1000']:.4g}" + "*" * row["front_use"],
    }


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
