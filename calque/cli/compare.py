"""`calque compare RUN...`: results of several runs side by side, with a paired test where one is due."""

import json as json_text
from pathlib import Path
from typing import Annotated, Any

import typer

from calque.cli import _talk
from calque.errors import BadFile, BadSetting, CalqueError


def verb(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    json: _talk.Json = False,
) -> None:
    """Compare runs: each result, and its difference from the first run."""
    if len(runs) < 2:
        raise BadSetting("give at least two runs to compare")
    folders = [path.parent if path.name == "results.json" else path for path in runs]
    read = [results(folder) for folder in folders]
    names = labels(folders)
    rows = []
    for result in dict.fromkeys(name for each in read for name in each):
        values = [each.get(result) for each in read]
        row: dict[str, Any] = {"result": result} | dict(zip(names, values, strict=True))
        for name, value in zip(names[1:], values[1:], strict=True):
            first = values[0]
            if isinstance(value, (int, float)) and isinstance(first, (int, float)):
                row[f"{name} - {names[0]}"] = value - first
        rows.append(row)
    tested = [
        row
        for name, folder in zip(names[1:], folders[1:], strict=True)
        for row in tests(folders[0], folder, f"{name} - {names[0]}")
    ]
    if json:
        _talk.emit({"results": rows, "tests": tested})
        return
    _talk.table(rows, [*rows[0], *(name for row in rows for name in row if name not in rows[0])])
    if tested:
        print()
        _talk.table(tested)


def results(folder: Path) -> dict[str, Any]:
    """Summaries by step; those of a dict get a row each."""
    file = folder / "results.json"
    try:
        stored = json_text.loads(file.read_text(encoding="utf-8"))["results"]
    except FileNotFoundError:
        raise BadFile(f"{folder}: no results.json; is this the folder of a run?") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{file}: not the results of a run: {error}") from error
    from calque.sweep import flat

    return flat(stored)


def labels(folders: list[Path]) -> list[str]:
    """Short names of the runs, each once."""
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) < len(names):
        names = [str(folder) for folder in folders]
    return names if len(set(names)) == len(names) else [f"{n}:{k}" for k, n in enumerate(names, 1)]


def tests(first: Path, second: Path, name: str) -> list[dict[str, Any]]:
    """Paired tests of the second run against the first, for each metric that both take on the same gold."""
    from calque.registry import part
    from calque.values.base import fingerprint

    try:
        others, predictions = outcomes(first), outcomes(second)
    except CalqueError as error:  # results stay comparable when the cache has been emptied
        _talk.say(f"no paired test of {name}: {error}")
        return []
    rows = []
    for step, (metric, made, gold) in predictions.items():
        other = others.get(step)
        if other is None or other[0] != metric or fingerprint(other[2]) != fingerprint(gold):
            continue
        score = part("evaluation.paired")(made, other[1], gold, metric=metric)
        rows.append(
            {
                "test": f"{step}: {name}",
                "metric": metric,
                "difference": score.value,
                "low": score.low,
                "high": score.high,
                "p": score.conditions["p"],
                "n": score.n,
            }
        )
    return rows


def outcomes(folder: Path) -> dict[str, tuple[str, list, list]]:
    """Per step that scores: its metric, and what was predicted and right for each example."""
    from calque.run import arguments_of, reopen

    run = reopen(folder)
    found = {}
    for step in run.recipe.steps:
        if step.part not in ("evaluation.accuracy", "evaluation.span_f1"):
            continue
        given = arguments_of(run, step)
        made, gold = (_items(given[name]) for name in ("predictions", "references"))
        found[step.name] = (step.part.split(".")[1], made, gold)
    return found


def _items(thing: Any) -> list:
    """Labels or tags, one per example."""
    return thing.gold if hasattr(thing, "gold") else list(thing)
