"""The main job: labels in one language, scraps in another, a model for the second and an honest number.

Reads everything, plans the strategies that the resources allow, runs them as recipes, chooses one
without target labels, and leaves a model folder, scores, predictions, a receipt and a report.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from calque import launched, registry
from calque.cost import once
from calque.data.columns import Columns
from calque.errors import BadFile, BadSetting
from calque.evidence import texts_of
from calque.findings import findings, tidy
from calque.handover import leave, share
from calque.models.packed import check_folder
from calque.progress import track
from calque.resources import Resources, gather
from calque.run import Run, run
from calque.signals import Judgement, choose, judge, tied
from calque.strategies import Strategy, body_parameters, plan
from calque.values import Checkpoint, Table, Texts

log = logging.getLogger(__name__)

_TIMED = 16  # test examples whose latency is measured
_UNKNOWN = 0.1  # share of unknown pieces; languages a vocabulary was made for have below 0.01
_SHATTERED = 0.67  # letters per piece below which letters fall into bytes


@dataclass(frozen=True)
class Outcome:
    """What a transfer found. `table` has one row per strategy, `facts` is what scores.json holds.

    folder: model/, receipt.yaml, scores.json, predictions.tsv, report.html and the runs
    chosen: the strategy whose model is in model/
    """

    folder: Path
    chosen: str
    table: Table
    facts: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What would be done: the level, the strategies with their expected cost, and the warnings."""

    resources: Resources
    strategies: tuple[Strategy, ...]

    @property
    def table(self) -> Table:
        """One row per strategy."""
        return Table(
            tuple(
                {
                    "strategy": strategy.name,
                    "level": strategy.level,
                    "expected_seconds": round(strategy.seconds, 1),
                    "about": strategy.recipe.about,
                }
                for strategy in self.strategies
            )
        )


def prepare(
    *,
    task: str,
    source: str,
    target: str,
    train: str | Path,
    test: str | Path,
    out: str | Path,
    dev: str | Path | None = None,
    parallel: str | Path | None = None,
    text: str | Path | None = None,
    few: str | Path | None = None,
    target_dev: str | Path | None = None,
    columns: Columns | None = None,
    model: str | Path = "minilm",
    strategies: Sequence[str] | None = None,
    into: str | Path | None = None,
) -> Plan:
    """Read and check everything that `transfer` takes, and plan; trains nothing."""
    out = Path(out)
    try:
        if out.exists() and not out.is_dir():
            raise BadFile(f"{out}: is a file; --out is a folder")
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile(f"{out}: cannot be made ({error.strerror}); give another --out") from error
    if not os.access(out, os.W_OK):
        raise BadFile(f"{out}: cannot be written to; give another --out")
    if into is not None:
        _check_into(Path(into).expanduser(), out)
    given = {
        "task": task,
        "source": source,
        "target": target,
        "train": train,
        "dev": dev,
        "test": test,
        "parallel": parallel,
        "text": text,
        "few": few,
        "target_dev": target_dev,
        "columns": columns,
    }
    resources = gather(given, out / "data")
    checkpoint = registry.part("models.load")(model)
    resources = _look_at_pieces(resources, checkpoint)
    parameters = body_parameters(checkpoint)
    found = plan(resources, parameters, None if strategies is None else list(strategies))
    if not found:
        raise BadSetting("no strategy can be run with what is given")
    return Plan(resources, tuple(found))


def _check_into(into: Path, out: Path) -> None:
    """Find out before anything is trained whether a model can be added to this folder of several."""
    if into.resolve() == out.resolve():
        raise BadFile(f"{into}: is the folder of the run; give --into a folder of its own")
    check_folder(into)
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile(f"{into}: cannot be made ({error.strerror}); give another --into") from error
    if not os.access(into, os.W_OK):
        raise BadFile(f"{into}: cannot be written to; give another --into")


def transfer(
    *,
    task: str,
    source: str,
    target: str,
    train: str | Path,
    test: str | Path,
    out: str | Path,
    dev: str | Path | None = None,
    parallel: str | Path | None = None,
    text: str | Path | None = None,
    few: str | Path | None = None,
    target_dev: str | Path | None = None,
    columns: Columns | None = None,
    model: str | Path = "minilm",
    strategies: Sequence[str] | None = None,
    seed: int = 0,
    into: str | Path | None = None,
) -> Outcome:
    """Turn labels in one language and scraps in another into a model for the second.

    task:     topic, sentiment (or class), nli (or pair), ner, pos (or tags), parse, answer
    source, target: languages, in any usual code
    train:    labelled examples of the source; test: of the target, used for reporting alone
    out:      folder of the run; the same call goes on where a killed one stopped
    dev:      labelled examples of the source; a tenth of `train` where none is given
    parallel: sentence pairs, source first; every 20th is held out to judge by (level T2)
    text:     sentences of the target (T1)
    few:      labelled examples of the target to train on (T3)
    target_dev: labelled examples of the target that choose the strategy (T4)
    columns:  role -> name of a column, or its place from 1, in all files of labelled examples; roles are
              text, text_b, label, words, tags; found by name or content where None
    model:    "minilm", a folder, or a hub id
    strategies: names, or files of recipes of one's own; all that the resources allow where None
    seed:     of all training
    into:     a folder of several models, new or not, to which the chosen one is added under the name of
              its target language; what it shares with the others is there once

    Labels of `test` choose nothing. Everything but `model`, `strategies` and `seed` is a file in any
    format that `calque.data` reads; every bad line of every file is named before work starts.
    """
    prepared = prepare(
        task=task, source=source, target=target, train=train, test=test, out=out, dev=dev,
        parallel=parallel, text=text, few=few, target_dev=target_dev, columns=columns,
        model=model, strategies=strategies, into=into,
    )  # fmt: skip
    return carry_out(prepared, model=model, out=Path(out), seed=seed, into=into)


def carry_out(
    prepared: Plan,
    *,
    model: str | Path,
    out: Path,
    seed: int = 0,
    into: str | Path | None = None,
) -> Outcome:
    """Run what was planned."""
    resources = prepared.resources
    runs: dict[str, Run] = {}
    judged: dict[str, Judgement] = {}
    for strategy in track(prepared.strategies, "strategies"):
        inputs = _inputs(strategy, resources, model, seed, runs)
        made = run(strategy.recipe, inputs, out=out / "strategies" / strategy.name)
        runs[strategy.name] = made
    source_model = _source_model(runs)
    for name, made in track(list(runs.items()), "judgements"):
        folder = made["model"].folder
        judged[name] = judge(folder, source_model or folder, resources, out / "judgements" / name)
    costs = {name: _costs(runs, prepared, name, model, out) for name in track(list(runs), "costs")}
    order = choose(
        {name: judged[name].signals for name in runs},
        {strategy.name: strategy.level for strategy in prepared.strategies},
        {strategy.name: strategy.seconds for strategy in prepared.strategies},
    )
    facts = findings(resources, prepared.strategies, judged, order, costs)
    facts |= {"model": str(model), "seed": seed, "tied": tied({n: judged[n].signals for n in runs})}
    if launched.first():
        leave(out, runs[order[0]], judged[order[0]], resources, facts)
        if into is not None:
            share(out, Path(into).expanduser(), resources)
    launched.wait()
    return Outcome(out, order[0], tidy(facts), facts)


def _inputs(
    strategy: Strategy,
    resources: Resources,
    model: str | Path,
    seed: int,
    runs: dict[str, Run],
) -> dict[str, Any]:
    known: dict[str, Any] = resources.files | {
        "task": resources.kind,
        "source": resources.source.tag,
        "target": resources.target.tag,
        "base": str(model),
        "seed": seed,
    }
    if strategy.after:
        known["checkpoint"] = str(runs[strategy.after]["model"].folder)
    return {name: known[name] for name in strategy.recipe.inputs}


def _source_model(runs: dict[str, Run]) -> Path | None:
    """The tuned source model: what the recipes call `tuned`, or the model of zero-shot itself."""
    for made in runs.values():
        if "tuned" in made.keys:
            return made["tuned"].folder
    return runs["zero-shot"]["model"].folder if "zero-shot" in runs else None


def _costs(
    runs: dict[str, Run], prepared: Plan, name: str, model: str | Path, out: Path
) -> dict[str, float]:
    """What a strategy's model costs: to make, to ask, to keep beside the base."""
    part, made, tests = registry.part, runs[name]["model"], prepared.resources.labelled["test"]
    ask = partial(part("models.latency"), made, tests, most=_TIMED)
    return {
        "seconds": _seconds(runs, prepared.strategies, name),
        "peak_mib": max(cost["peak_mib"] for cost in runs[name].costs.values()),
        "latency_ms": once(out / "latency.json", f"{name} {runs[name].keys['model']}", ask),
        "stored_mib": part("adaptation.stored")(part("models.load")(model), made) / 2**20,
    }


def _seconds(runs: dict[str, Run], strategies: Sequence[Strategy], name: str) -> float:
    """Seconds of all steps behind a model, cached ones at what they cost when they were made."""
    before = next(s.after for s in strategies if s.name == name)
    own = sum(cost["seconds"] for cost in runs[name].costs.values())
    return own + (_seconds(runs, strategies, before) if before else 0.0)


def _look_at_pieces(resources: Resources, checkpoint: Checkpoint) -> Resources:
    """Warn where the model's own vocabulary cannot write the target: what reuses it sees nothing."""
    vocabulary = registry.part("models.vocabulary")(checkpoint)
    texts = texts_of(resources.labelled["test"])[:1000]
    seen = registry.part("vocabulary.fertility")(vocabulary, Texts.of(texts)).rows[0]
    name = resources.target.name
    if seen["unknown"] > _UNKNOWN:
        told = (
            f"{seen['unknown']:.0%} of the pieces of --test are unknown to the model's vocabulary"
        )
    elif seen["pieces"] and seen["characters_per_piece"] < _SHATTERED:
        told = (
            f"the model's vocabulary cuts --test into {seen['pieces_per_word']:.1f} pieces a word, "
            f"{1 / seen['characters_per_piece']:.1f} for each letter"
        )
    else:
        return resources
    warning = (
        f"{told}: it was not made for {name}; strategies that keep it can do little, those that make a "
        "new one need --parallel or --text"
    )
    log.warning("%s", warning)
    return replace(resources, warnings=(*resources.warnings, warning))
