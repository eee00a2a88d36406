"""`calque transfer`: labels in one language, scraps in another, a model for the second."""

import contextlib
import shutil
from pathlib import Path
from typing import Annotated

import typer

from calque.cli import _flags, _talk


def verb(
    task: Annotated[str, typer.Option(help="topic, sentiment, nli, ner, pos, parse or answer.")],
    source: Annotated[str, typer.Option(help="Language that has labels.")],
    target: Annotated[str, typer.Option(help="Language that needs a model.")],
    train: Annotated[str, typer.Option(help="Labelled examples of the source.")],
    test: Annotated[str, typer.Option(help="Labelled examples of the target: report only.")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")],
    dev: Annotated[str | None, typer.Option(help="Source development set.")] = None,
    parallel: Annotated[str | None, typer.Option(help="Sentence pairs, source first (T2).")] = None,
    text: Annotated[str | None, typer.Option(help="Sentences of the target (T1).")] = None,
    few: Annotated[str | None, typer.Option(help="Target examples to train on (T3).")] = None,
    target_dev: Annotated[
        str | None, typer.Option(help="Target examples that choose the strategy (T4).")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="Columns of labelled files, such as '{text: claim, label: verdict}'."),
    ] = None,
    model: Annotated[str, typer.Option(help="minilm, a folder, or a hub id.")] = "minilm",
    strategy: Annotated[
        list[str] | None, typer.Option(help="Only this one (repeatable), or a recipe's file.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of all training.")] = 0,
    into: Annotated[
        Path | None, typer.Option(help="Add the model to this folder of several, as TARGET.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, plan, and stop.")] = False,
    json: _talk.Json = False,
) -> None:
    """Turn labels in one language and scraps in another into a model, with an honest number."""
    from calque.transfer import carry_out, prepare

    made = [place for place in (out, *out.parents) if not place.exists()]
    told = None if columns is None else _flags.typed(columns, _flags.COLUMNS, "--columns")
    try:
        prepared = prepare(
            task=task, source=source, target=target, train=train, test=test, out=out, dev=dev,
            parallel=parallel, text=text, few=few, target_dev=target_dev, columns=told, model=model,
            strategies=strategy, into=into,
        )  # fmt: skip
    finally:
        if dry_run and made:
            shutil.rmtree(out, ignore_errors=True)
            with contextlib.suppress(OSError):  # another run may stand in them by now
                for place in made[1:]:
                    place.rmdir()
    resources = prepared.resources
    if dry_run and json:
        _talk.emit(
            {
                "level": resources.level,
                "plan": list(prepared.table),
                "warnings": list(resources.warnings),
            }
        )
        return
    _talk.say(
        f"{resources.source.name} to {resources.target.name}, supervision level {resources.level}"
    )
    plan = [
        {"strategy": s.name, "level": s.level, "expected": _clock(s.seconds)}
        for s in prepared.strategies
    ]
    if dry_run:
        _talk.table(plan)
        return
    for row in plan:
        _talk.say(f"  {row['strategy']:32} {row['level']}  about {row['expected']}")
    found = carry_out(prepared, model=model, out=out, seed=seed, into=into)
    if json:
        _talk.emit(found.facts)
        return
    _talk.table([_row(row, found.facts["metric"]) for row in found.facts["strategies"]])
    how = "by target development labels" if resources.level == "T4" else "without target labels"
    _talk.say(f"chosen {how}: {found.chosen}")
    if len(found.facts["tied"]) > 1:
        _talk.say(_tie(found.facts))
    _talk.say(f"model, scores, predictions, receipt and report.html in {out}")
    if into:
        _talk.say(f"the model is {into}#{resources.target.tag} too")


def _row(row: dict, metric: str) -> dict[str, object]:
    score = row["scores"].get(metric)
    shown: dict[str, object] = {"strategy": row["strategy"], "level": row["level"]}
    shown[metric] = f"{100 * score['value']:.1f}" if score else ""
    shown["interval"] = f"{100 * score['low']:.1f}-{100 * score['high']:.1f}" if score else ""
    shown["gap"] = "" if row["gap"] is None else f"{100 * row['gap']:.1f}"
    shown["seconds"] = f"{row['seconds']:.0f}"
    shown["MiB"] = f"{row['peak_mib']:.0f}"
    shown["ms each"] = f"{row['latency_ms']:.1f}"
    shown["MiB kept"] = f"{row['stored_mib']:.1f}"
    shown["predicted"] = row["predicted_rank"]
    shown["actual"] = row.get("actual_rank", "")
    shown["chosen"] = "*" if row["chosen"] else ""
    return shown


def _tie(facts: dict) -> str:
    names = ", ".join(facts["tied"])
    if facts["level"] == "T4":
        return f"tie at the same target development score: {names}; chosen by expected cost"
    remedy = (
        "" if "parallel" in facts["data"] else "; --parallel or --target-dev would tell them apart"
    )
    return f"tie: nothing tells {names} apart; chosen by level, then expected cost{remedy}"


def _clock(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
