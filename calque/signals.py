"""What can be known of a model without target labels, and the choice that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy import stats

from calque import registry
from calque.resources import Resources
from calque.run import Run, run
from calque.values import Labelled, Predictions, Score

_OWN = {"parse": ("las", "uas"), "answer": ("answer_f1", "exact_match")}
_PARTS: dict[str, tuple[str, dict[str, Any]]] = {
    "las": ("attachment", {}),
    "uas": ("attachment", {"relations": False}),
}


@dataclass(frozen=True)
class Judgement:
    """Signals and scores of one strategy's model.

    signals:   name -> figure, higher is better; none uses a target label (target_dev does, at T4)
    test:      scores on the target test set by metric; empty where it has no labels
    run:       of the evaluation, with all predictions
    """

    signals: dict[str, float]
    test: dict[str, Score]
    run: Run


def metrics(examples: Labelled) -> tuple[str, ...]:
    """Names of the metrics of the task, the main one first."""
    if examples.task in _OWN:
        return _OWN[examples.task]
    if examples.task != "tags":
        return ("accuracy", "macro_f1")
    spans = any(tag.startswith("B-") for tag in examples.labels)
    return ("span_f1", "accuracy") if spans else ("accuracy", "macro_f1")


def score(predictions: Predictions | list, examples: Labelled) -> dict[str, Score]:
    """The task's metrics over the examples that have labels; empty where none has."""
    rows = [k for k, gold in enumerate(examples.gold) if gold is not None]
    if not rows:
        return {}
    gold = references(examples)
    settings: dict[str, Any] = {}
    if examples.task == "answer":
        settings = {"language": examples.language}
    found = {}
    for name in metrics(examples):
        part, own = _PARTS.get(name, (name, {}))
        found[name] = registry.part(f"evaluation.{part}")(
            [_plain(predictions[k]) for k in rows], [gold[k] for k in rows], **settings, **own
        )
    return found


def references(examples: Labelled) -> list[Any]:
    """What is right, one per example: of a question all answers that are."""
    if "answers" in examples.table.column_names:
        return examples.table["answers"].to_pylist()
    return examples.gold


def judge(checkpoint: Path, source_checkpoint: Path, resources: Resources, out: Path) -> Judgement:
    """Run the evaluation recipe on a model; cached, as all recipes are."""
    files = resources.files
    inputs: dict[str, Any] = {
        "checkpoint": str(checkpoint),
        "source_checkpoint": str(source_checkpoint),
        "dev": files["dev"],
        "test": files["test"],
        "task": resources.kind,
        "source": resources.source.tag,
        "target": resources.target.tag,
    }
    name = "transfer/evaluate-plain"
    asks = resources.kind == "answer"
    if resources.pairs is not None:
        name = "transfer/evaluate-answers" if asks else "transfer/evaluate"
        inputs |= {"parallel": files["parallel"], "heldout": files["heldout"]}
        inputs |= {} if asks else {"kind": resources.kind}
    made = run(name, inputs, out=out)
    main = metrics(resources.labelled["train"])[0]
    signals = {"source_dev": score(made["on_dev"], resources.labelled["dev"])[main].value}
    if resources.pairs is not None:
        if not asks:  # nobody asks about the sentences of parallel text
            part = "tag_agreement" if resources.kind in ("tags", "parse") else "agreement"
            shown = _shape if resources.kind == "parse" else _plain
            sides = [[shown(label) for label in made[step]] for step in ("on_target", "on_source")]
            signals["agreement"] = registry.part(f"evaluation.{part}")(*sides).value
        signals["carried_dev"] = score(made["on_carried"], made["carried"])[main].value
        signals["retrieval"] = made["retrieval"].value
    if "target_dev" in resources.labelled:
        predict = registry.part("models.predict")
        examples = resources.labelled["target_dev"]
        signals["target_dev"] = score(predict(made["model"], examples), examples)[main].value
    return Judgement(signals, score(made["on_test"], resources.labelled["test"]), made)


def choose(
    signals: dict[str, dict[str, float]], levels: dict[str, str], seconds: dict[str, float]
) -> list[str]:
    """Order strategies from best to worst by what is known without target labels.

    levels:  supervision that each uses; of equals the one that uses more is taken
    seconds: expected cost, then; not the measured one, which changes from run to run

    At T4 the target development score alone decides. Below, the mean of the ranks by agreement,
    carried development score and retrieval does, or those of them that there are (of answers there is
    no agreement); the source development score cannot tell
    models apart that share the tuned source model, and only breaks ties.
    """
    standing = _standing(signals)
    if any("target_dev" in row for row in signals.values()):
        return sorted(signals, key=lambda name: (standing[name], seconds[name]))
    return sorted(signals, key=lambda n: (standing[n], -int(levels[n][1]), seconds[n]))


def tied(signals: dict[str, dict[str, float]]) -> list[str]:
    """The strategies that nothing tells from the best one but level and cost; none where it stands alone."""
    standing = _standing(signals)
    best = [name for name in signals if standing[name] == min(standing.values())]
    return best if len(best) > 1 else []


def _standing(signals: dict[str, dict[str, float]]) -> dict[str, tuple[float, ...]]:
    """What the signals say of each strategy, lower is better."""
    names = list(signals)
    if names and "target_dev" in signals[names[0]]:
        return {name: (-signals[name]["target_dev"],) for name in names}
    used = [
        s for s in ("agreement", "carried_dev", "retrieval") if all(s in signals[n] for n in names)
    ]
    ranks = dict.fromkeys(names, 0.0)
    for signal in used:
        order = stats.rankdata([-signals[name][signal] for name in names])
        for name, rank in zip(names, order, strict=True):
            ranks[name] += float(rank) / len(used)
    return {name: (ranks[name], -signals[name]["source_dev"]) for name in names}


def rank_correlation(signal: list[float], actual: list[float]) -> float | None:
    """Spearman correlation of a signal with the test scores; None where either is constant."""
    if len(signal) < 2 or len(set(signal)) == 1 or len(set(actual)) == 1:
        return None
    return float(stats.spearmanr(signal, actual)[0])  # type: ignore[arg-type]


def _shape(parse: Sequence[str]) -> list[str]:
    """What a parse has in common with that of a translation: the relation of each word under its head's."""
    cut = [one.partition(":") for one in parse]
    names = {0: "", **{place: name for place, (_, _, name) in enumerate(cut, start=1)}}
    return [f"{name} {names[int(head)]}" for head, _, name in cut]


def _plain(label: Any) -> Any:
    return list(label) if isinstance(label, tuple) else label
