"""What the folders of runs and transfers say: results by name, and what was predicted on which examples."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calque.cli import _talk
from calque.errors import BadFile, CalqueError

# metrics that `evaluation.paired` knows, by the parts that take them
PAIRED = {
    "accuracy": "accuracy",
    "span_f1": "span_f1",
    "attachment": "las",
    "answer_f1": "answer_f1",
    "exact_match": "exact_match",
}
_SIDES = ("text", "text_b", "words", "context", "question")


@dataclass(frozen=True)
class Outcome:
    """Predictions beside what is right.

    value: the score that the folder states, None where it states none
    texts: what was predicted for, None where only the labels are known
    language: of answers
    """

    metric: str
    made: list
    gold: list
    value: float | None = None
    texts: list | None = None
    language: str = "und"

    def same_test(self, other: "Outcome") -> bool:
        """Whether both were scored by one metric on the same examples, as far as these are known."""
        if (self.metric, self.gold, self.language) != (other.metric, other.gold, other.language):
            return False
        return None in (self.texts, other.texts) or self.texts == other.texts


def is_transfer(folder: Path) -> bool:
    """Whether a transfer left this folder."""
    return (folder / "scores.json").is_file() and not (folder / "results.json").is_file()


def results(folder: Path) -> dict[str, Any]:
    """Summaries by step; of a transfer what it chose and the scores, of the chosen and of each strategy."""
    if is_transfer(folder):
        return _of_transfer(folder / "scores.json")
    file = folder / "results.json"
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))["results"]
    except FileNotFoundError:
        if (folder / "strategies").is_dir():
            raise BadFile(
                f"{folder}: no scores.json; the transfer did not finish, the same command goes on"
            ) from None
        raise BadFile(
            f"{folder}: no results.json or scores.json; is this the folder of a run or a transfer?"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{file}: not the results of a run: {error}") from error
    from calque.sweep import flat

    return flat(stored)


def _of_transfer(file: Path) -> dict[str, Any]:
    facts = _facts(file)
    rows = {name: facts[name] for name in ("chosen", "level", "source_dev")}
    for strategy in sorted(facts["strategies"], key=lambda row: not row["chosen"]):
        scores = {metric: score["value"] for metric, score in strategy["scores"].items()}
        rows |= scores if strategy["chosen"] else {}
        rows |= {f"{strategy['strategy']}.{metric}": value for metric, value in scores.items()}
    return rows


def _facts(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        dict.fromkeys(facts[n] for n in ("chosen", "level", "source_dev", "kind", "metric"))
        for row in facts["strategies"]:
            dict(row["scores"], strategy=row["strategy"], chosen=row["chosen"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(f"{file}: not the scores of a transfer: {error}") from error
    return facts


def outcomes(folder: Path) -> dict[str, Outcome]:
    """Per step that scores, or per strategy and metric of a transfer: predictions and gold."""
    return _judged(folder) if is_transfer(folder) else _steps(folder)


def _steps(folder: Path) -> dict[str, Outcome]:
    from calque.run import arguments_of, reopen

    run = reopen(folder)
    found = {}
    for step in run.recipe.steps:
        family, _, name = step.part.partition(".")
        if family == "evaluation" and name in PAIRED:
            given = arguments_of(run, step)
            made, gold = (_items(given[name]) for name in ("predictions", "references"))
            metric = PAIRED[name] if given.get("relations", True) else "uas"
            found[step.name] = Outcome(metric, made, gold, language=given.get("language", "und"))
    return found


def _items(thing: Any) -> list:
    """Labels or tags, one per example."""
    return thing.gold if hasattr(thing, "gold") else list(thing)


def _judged(folder: Path) -> dict[str, Outcome]:
    """Of each strategy from the run that judged it, of the chosen one from the folder where that is gone."""
    from calque.run import reopen

    facts = _facts(folder / "scores.json")
    found = {}
    for row in sorted(facts["strategies"], key=lambda row: not row["chosen"]):
        known = {*PAIRED.values(), "uas"}
        values = {metric: s["value"] for metric, s in row["scores"].items() if metric in known}
        if not values:
            continue
        try:
            run = reopen(folder / "judgements" / row["strategy"])
            made, tests = list(run["on_test"]), run["tests"]
        except CalqueError as error:  # the cache was emptied
            if not row["chosen"]:
                _talk.say(f"{folder}: predictions of {row['strategy']} are gone: {error}")
                continue
            made, tests = _predicted(folder, facts["kind"])
            values = {facts["metric"]: values[facts["metric"]]}  # the file has tags as IOB2
        for metric, value in values.items():
            one = _outcome(metric, value, made, tests)
            found |= {metric: one} if row["chosen"] else {}
            found[f"{row['strategy']}.{metric}"] = one
    return found


def _outcome(metric: str, value: float, made: list, tests: Any) -> Outcome:
    from calque.signals import references

    gold = references(tests)
    rows = [row for row in zip(made, gold, tests, strict=True) if row[1] is not None]
    return Outcome(
        metric,
        [_plain(label) for label, _, _ in rows],
        [_plain(gold) for _, gold, _ in rows],
        value,
        [[text.get(side) for side in _SIDES] for _, _, text in rows],
        tests.language if tests.task == "answer" else "und",
    )


def _predicted(folder: Path, kind: str) -> tuple[list, Any]:
    """Predictions and test set as they stand in the folder."""
    from calque.data.open import open_labelled
    from calque.resources import FORMS

    ending = FORMS.get(kind, ("tsv", None))[0]
    files = (folder / f"predictions.{ending}", folder / "data" / f"test.{ending}")
    language = _facts(folder / "scores.json")["target"]["code"]
    made, tests = (open_labelled(file, kind, language=language) for file in files)
    for one, other in zip(made, tests, strict=False):
        if any(one.get(side) != other.get(side) for side in _SIDES):
            raise BadFile(f"{files[1]}: not the test set of {files[0]}")
    if len(made) != len(tests):
        raise BadFile(f"{files[0]} has {len(made)} rows, {files[1]} has {len(tests)}")
    return made.gold, tests


def _plain(label: Any) -> Any:
    return list(label) if isinstance(label, (tuple, list)) else label
