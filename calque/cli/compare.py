"""`calque compare RUN...`: results of runs and transfers side by side, with paired tests where they are due."""

from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer

from calque.cli import _talk
from calque.cli._scored import Outcome, is_transfer, outcomes, results
from calque.errors import BadSetting, CalqueError


def verb(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Folders of runs or transfers.")
    ],
    json: _talk.Json = False,
) -> None:
    """Compare runs and transfers: each result, and its difference from the first folder's."""
    if len(runs) < 2:
        raise BadSetting("give at least two runs to compare")
    folders = [
        path.parent if path.name in ("results.json", "scores.json") else path for path in runs
    ]
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
    _talk.table(rows, list(dict.fromkeys(name for row in rows for name in row)))
    if tested:
        print()
        _talk.table(tested)


def labels(folders: list[Path]) -> list[str]:
    """Short names of the runs, each once."""
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) < len(names):
        names = [str(folder) for folder in folders]
    return names if len(set(names)) == len(names) else [f"{n}:{k}" for k, n in enumerate(names, 1)]


def tests(first: Path, second: Path, name: str) -> list[dict[str, Any]]:
    """Paired tests of the second folder against the first, for each metric that both take on one test set."""
    from calque.registry import part

    try:
        pairs = matched(first, second)
    except CalqueError as error:  # results stay comparable when the cache has been emptied
        _talk.say(f"no paired test of {name}: {error}")
        return []
    same = [(what, one, other) for what, one, other in pairs if other.same_test(one)]
    if pairs and not same:
        _talk.say(f"no paired test of {name}: they were scored on different test sets")
    rows = []
    for what, one, other in same:
        score = part("evaluation.paired")(
            other.made, one.made, one.gold, metric=one.metric, language=one.language
        )
        stated = None not in (one.value, other.value)
        if stated and abs(score.value - (other.value - one.value)) > 1e-9:  # type: ignore[operator]
            _talk.say(
                f"no paired test of {what}: the predictions there are not those of the scores"
            )
            continue
        rows.append(
            {
                "test": f"{what}: {name}",
                "metric": one.metric,
                "difference": score.value,
                "low": score.low,
                "high": score.high,
                "p": score.conditions["p"],
                "n": score.n,
            }
        )
    return rows


def matched(first: Path, second: Path) -> list[tuple[str, Outcome, Outcome]]:
    """Outcomes of both folders that bear one name; of a run and a transfer, its steps and what was chosen."""
    one, other = outcomes(first), outcomes(second)
    if is_transfer(first) == is_transfer(second):
        return [(name, one[name], other[name]) for name in one if name in other]
    # the chosen strategy's outcomes bear the metric's name alone
    return [
        (f"{a} and {b}", one[a], other[b])
        for a, b in product(one, other)
        if one[a].metric == other[b].metric and "." not in a + b
    ]
