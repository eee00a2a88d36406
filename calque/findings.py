"""What a transfer found, as plain facts: the content of scores.json and of the report."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from calque import __version__, registry
from calque.maths.front import front
from calque.resources import Resources
from calque.signals import Judgement, metrics, rank_correlation
from calque.strategies import Strategy
from calque.values import Labelled, Lexicon, Table

_GIVEN = ("parallel", "text", "few")  # what of the target a strategy may learn from


def findings(
    resources: Resources,
    strategies: Sequence[Strategy],
    judged: dict[str, Judgement],
    order: list[str],
    costs: dict[str, dict[str, float]],
) -> dict[str, Any]:
    """Everything that is said of a transfer, ready for JSON.

    order:   strategies from best to worst by what is known without target labels
    costs:   of each strategy: seconds and peak_mib of making it, latency_ms of an example alone, stored_mib
             beside the base
    """
    main = metrics(resources.labelled["train"])[0]
    first = judged[order[0]]
    source_score = first.signals["source_dev"]
    rows: list[dict[str, Any]] = []
    used: dict[str, set[str]] = {}  # with what the strategy before it used
    for strategy in strategies:
        verdict = judged[strategy.name]
        before = used.get(strategy.after or "", set())
        used[strategy.name] = before | set(strategy.recipe.inputs) & set(_GIVEN)
        rows.append(
            {
                "strategy": strategy.name,
                "about": strategy.recipe.about,
                "uses": [name for name in _GIVEN if name in used[strategy.name]],
                "level": resources.level if resources.level == "T4" else strategy.level,
                "chosen": strategy.name == order[0],
                "predicted_rank": order.index(strategy.name) + 1,
                "signals": verdict.signals,
                "scores": {
                    name: {"value": s.value, "low": s.low, "high": s.high, "n": s.n}
                    for name, s in verdict.test.items()
                },
                "gap": source_score - verdict.test[main].value if verdict.test else None,
                "expected_seconds": round(strategy.seconds, 1),
                "fertility": verdict.run["target_reading"][1].rows[0],
                "reading": _reading(verdict, resources),
            }
            | {name: round(value, 3) for name, value in costs[strategy.name].items()}
        )
    actual = [row["scores"][main]["value"] for row in rows if row["scores"]]
    if len(actual) == len(rows):
        ranked = sorted(rows, key=lambda row: -row["scores"][main]["value"])
        for place, row in enumerate(ranked):
            row["actual_rank"] = place + 1
        points = [(row["seconds"], worth) for row, worth in zip(rows, actual, strict=True)]
        for row, best in zip(rows, front(points), strict=True):
            row["front"] = best
    return {
        "calque": __version__,
        "task": resources.task,
        "kind": resources.kind,
        "source": {"code": resources.source.tag, "name": resources.source.name},
        "target": {
            "code": resources.target.tag,
            "name": resources.target.name,
            "direction": resources.target.direction,
        },
        "level": resources.level,
        "metric": main,
        "chosen": order[0],
        "source_dev": source_score,
        "data": _sizes(resources),
        "strategies": rows,
        "signal_correlation": {
            name: rank_correlation([row["signals"][name] for row in rows], actual)
            for name in first.signals
            if len(actual) == len(rows)
        },
        "warnings": list(resources.warnings),
        "confusion": _confusion(first, resources.labelled["test"]),
        "errors": _errors(first, resources),
    }


def _sizes(resources: Resources) -> dict[str, int]:
    sizes = {name: len(examples) for name, examples in resources.labelled.items()}
    if resources.pairs is not None and resources.held is not None:
        sizes |= {"parallel": len(resources.pairs), "held out": len(resources.held)}
    if resources.lines:
        sizes["text"] = resources.lines
    return sizes


def _reading(verdict: Judgement, resources: Resources) -> list[dict[str, Any]]:
    """How the source model's vocabulary (`before`) and the strategy's own (`after`) cut each language.

    `premium` is the cost of the target's pieces over those of the source for the same content, which
    only parallel text can tell; it stands with the target.
    """
    found: list[dict[str, Any]] = []
    premiums = verdict.run["premium"] if "premium" in verdict.run.keys else None
    for step, language in (
        ("source_reading", resources.source),
        ("target_reading", resources.target),
    ):
        row: dict[str, Any] = {"language": language.tag, "name": language.name}
        for k, when in enumerate(("before", "after")):
            told = {} if premiums is None or language != resources.target else premiums[k].rows[0]
            row[when] = verdict.run[step][k].rows[0] | {"premium": told.get("premium")}
        found.append(row)
    return found


def _confusion(verdict: Judgement, test: Labelled) -> dict[str, Any] | None:
    """Counts of gold against predicted labels, or relations, of the chosen model, gold in rows; none of answers."""
    pairs: Counter[tuple[str, str]] = Counter()
    if test.task == "answer":
        return None
    for made, gold in zip(verdict.run["on_test"], test.gold, strict=True):
        if gold is None:
            continue
        if test.task == "parse":
            sides = ([word.partition(":")[2] for word in side] for side in (gold, made))
            pairs.update(zip(*sides, strict=True))
        elif test.task == "tags":
            pairs.update(zip(gold, made, strict=True))
        else:
            pairs[gold, made] += 1
    if not pairs:
        return None
    labels = sorted({label for pair in pairs for label in pair})
    return {"labels": labels, "counts": [[pairs[g, m] for m in labels] for g in labels]}


def _errors(verdict: Judgement, resources: Resources, most: int = 25) -> list[dict[str, Any]]:
    """Examples that the chosen model gets wrong, with their words translated one by one."""
    test = resources.labelled["test"]
    back = None
    if "lexicon" in verdict.run.keys:
        back = _backwards(verdict.run["lexicon"])
    wrong = [
        k
        for k, (made, gold) in enumerate(zip(verdict.run["on_test"], test.gold, strict=True))
        if gold is not None and (made if isinstance(made, str) else list(made)) != gold
    ][:most]
    shown = test.take(wrong)
    glossed = registry.part("projection.gloss")(shown, back) if back is not None else shown
    rows: list[dict[str, Any]] = []
    for k, row, other in zip(wrong, shown, glossed, strict=True):
        made = verdict.run["on_test"][k]
        rows.append(
            {
                "row": k + 1,
                "text": _told(row),
                "gloss": _told(other) if back is not None else None,
                "gold": test.gold[k],
                "predicted": made if isinstance(made, str) else list(made),
            }
        )
    return rows


def _backwards(lexicon: Lexicon) -> Lexicon:
    entries = [(target, source, weight) for source, target, weight in lexicon]
    return Lexicon.of(entries, lexicon.target, lexicon.source)


def _told(row: dict[str, Any]) -> str:
    if "words" in row:
        return " ".join(row["words"])
    if "context" in row:
        return " ||| ".join((row["question"], row["context"]))
    return " ||| ".join(row[name] for name in ("text", "text_b") if name in row)


def tidy(facts: dict[str, Any]) -> Table:
    """One row per strategy, with its conditions beside its main score."""
    return Table(tuple(_row(row, facts) for row in facts["strategies"]))


def _row(row: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    main = row["scores"].get(facts["metric"], {})
    return {
        "source": facts["source"]["code"],
        "target": facts["target"]["code"],
        "task": facts["task"],
        "method": row["strategy"],
        "level": row["level"],
        "seed": facts["seed"],
        "metric": facts["metric"],
        "value": main.get("value"),
        "low": main.get("low"),
        "high": main.get("high"),
        "seconds": row["seconds"],
        "peak_mib": row["peak_mib"],
        "latency_ms": row["latency_ms"],
        "stored_mib": row["stored_mib"],
        "predicted_rank": row["predicted_rank"],
        "chosen": row["chosen"],
    }
